import { posix } from "node:path";

/** `/…`, `C:\…` or `~…`: a path that its folder does not change. */
function stands(path: string): boolean {
  return /^(?:[/~]|[A-Za-z]:\/)/.test(path);
}

/**
 * A path in the form in which paths are compared: `/` between components, no `.` or `..` that can be taken out, none at the end.
 * @param base Folder of a relative path; without it a relative path stays one.
 */
export function pathKey(path: string, base: string | null = null): string {
  const slashed = path.replaceAll("\\", "/");
  const whole = base === null || stands(slashed) ? slashed : `${base.replaceAll("\\", "/")}/${slashed}`;
  const key = posix.normalize(whole);
  return key.length > 1 && key.endsWith("/") ? key.slice(0, -1) : key;
}

/** Whether it names one place, whatever the folder: such a path is compared whole, any other by its ending. */
export function isWholePath(key: string): boolean {
  return stands(key);
}

/** The key back to front, so that an index finds paths by their ending. */
export function reversedKey(key: string): string {
  return [...key].reverse().join("");
}

/** Bounds of the text that begins with `key` and a component border: `from` inclusive, `to` exclusive. */
export function belowRange(key: string): { from: string; to: string } {
  const border = key.endsWith("/") ? key.slice(0, -1) : key;
  // "0" is what follows "/" in the order of bytes.
  return { from: `${border}/`, to: `${border}0` };
}
