/** How this server calls itself, in every revision. */
export function serverInfo(version: string): { name: string; title: string; version: string } {
  return { name: "session-log", title: "Session log", version };
}
