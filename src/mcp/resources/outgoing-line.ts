import type { Mask } from "../../schema/ports.js";
import { maskRecord } from "../views/mask-strings.js";
import { jsonBytes, shrinkRecord } from "../views/shrink.js";

/** Most bytes of one line of a body. */
export const maxLineBytes = 64 * 1024;

const bytesForTruncated = 40;

function shrunk(line: Readonly<Record<string, unknown>>, bytes: number): string {
  const small = shrinkRecord(line, maxLineBytes - bytesForTruncated);
  const before = line["truncated"];
  const cutBytes = bytes - jsonBytes(small) + (typeof before === "number" ? before : 0);
  return JSON.stringify({ ...small, truncated: cutBytes });
}

/**
 * A line of a log as it may leave: secrets masked inside its strings, also those that only their key tells, so that it parses; over 64 KiB its
 * strings are cut and `truncated` says by how many bytes. A line that needs neither leaves as it was logged.
 */
export function outgoingLine(raw: string, mask: Mask): string {
  let masked = false;
  const line = maskRecord(JSON.parse(raw) as Record<string, unknown>, (text) => {
    const clean = mask(text);
    masked ||= clean !== text;
    return clean;
  });
  const json = JSON.stringify(line);
  // Another writer's spelling of the same JSON may stay; but what was nested too deep to be masked may not.
  const outgoing = masked || json.length !== raw.length ? json : raw;
  const bytes = Buffer.byteLength(outgoing);
  return bytes <= maxLineBytes ? outgoing : shrunk(line, bytes);
}
