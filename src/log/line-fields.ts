import { isEventLine, type AnyLogEvent } from "../schema/event.js";
import { parseJson } from "../schema/parse-json.js";

/*
 * Cheap looks at a line's bytes. Our lines and the seed's begin with {"seq":<digits>,"ts":" and have their fields in the fixed order,
 * ours end with origin, key, agent_id, parent_tool_id, truncated. A quote inside a JSON string is always written \", so that
 * the bytes ,"name":" stand in no string. Lines of another shape are parsed.
 */

const seqStart = Buffer.from('{"seq":');
const typeField = Buffer.from('"type":"');
const digitZero = 48;
const comma = 44;
const quote = 34;

/** The line's event, or undefined where it is none. */
export function parseLine(bytes: Buffer): AnyLogEvent | undefined {
  const value = parseJson(bytes.toString("utf8"));
  return isEventLine(value) ? value : undefined;
}

/**
 * The digits behind `{"seq":` of the line that starts at `start`; -1 where it starts otherwise.
 * The rest of the line is not looked at: it may be broken.
 */
export function leadingSeq(bytes: Buffer, start: number): number {
  for (let at = 0; at < seqStart.length; at += 1) {
    if (bytes[start + at] !== seqStart[at]) return -1;
  }
  let seq = 0;
  let at = start + seqStart.length;
  const first = at;
  for (let digit = (bytes[at] ?? 0) - digitZero; digit >= 0 && digit <= 9; digit = (bytes[at] ?? 0) - digitZero) {
    seq = seq * 10 + digit;
    at += 1;
  }
  return at > first && bytes[at] === comma && Number.isSafeInteger(seq) ? seq : -1;
}

/** The line's `type`: that of the first such field, which in lines of the fixed order is the event's own; "" where there is none. */
export function leadingType(line: Buffer): string {
  if (leadingSeq(line, 0) < 0) return parseLine(line)?.type ?? "";
  const start = line.indexOf(typeField);
  if (start < 0) return "";
  const end = line.indexOf(quote, start + typeField.length);
  return end < 0 ? "" : line.toString("latin1", start + typeField.length, end);
}

const extrasTail =
  /^(?:,"origin":("(?:[^"\\]|\\.)*"))?(?:,"key":("(?:[^"\\]|\\.)*"))?(?:,"agent_id":"(?:[^"\\]|\\.)*")?(?:,"parent_tool_id":"(?:[^"\\]|\\.)*")?(?:,"truncated":\d+)?\}\s*$/;

/** `origin` and `key` of a line, of those that it has. */
export interface LineKeys {
  origin?: string;
  key?: string;
}

/** Reads `origin` and `key` of the event itself, not of objects in its input or data. */
export function lineKeys(line: Buffer): LineKeys {
  if (leadingSeq(line, 0) < 0) return parsedKeys(line);
  const origin = line.lastIndexOf(',"origin":"');
  const key = line.lastIndexOf(',"key":"');
  if (origin < 0 && key < 0) return {};
  const start = origin >= 0 && (key < 0 || origin < key) ? origin : key;
  for (const from of start === origin ? [origin, key] : [key, origin]) {
    const match = from < 0 ? null : extrasTail.exec(line.toString("utf8", from));
    if (match) return { ...asText("origin", match[1]), ...asText("key", match[2]) };
  }
  return parsedKeys(line);
}

function parsedKeys(line: Buffer): LineKeys {
  const event = parseLine(line) as { origin?: unknown; key?: unknown } | undefined;
  return {
    ...(typeof event?.origin === "string" ? { origin: event.origin } : {}),
    ...(typeof event?.key === "string" ? { key: event.key } : {}),
  };
}

function asText(name: "origin" | "key", literal: string | undefined): LineKeys {
  const value = literal === undefined ? undefined : parseJson(literal);
  return typeof value === "string" ? { [name]: value } : {};
}
