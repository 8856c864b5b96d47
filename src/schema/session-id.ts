const shape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const reserved = new Set(["latest", "current", "previous"]);
const windowsDevice = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/** Whether `id` may name a session of ours, and so a file. Ids are compared without case: see `foldSessionId`. */
export function isSessionId(id: string): boolean {
  return shape.test(id) && !id.endsWith(".") && !reserved.has(id.toLowerCase()) && !windowsDevice.test(id);
}

/** The form in which session ids are compared. */
export function foldSessionId(id: string): string {
  return id.toLowerCase();
}
