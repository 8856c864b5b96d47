import { isObject, type JsonObject } from "./json.js";

/** One JSON object of a line: what it says, its text, and the place of that text in the line's text. */
export interface LineValue {
  value: JsonObject;
  text: string;
  start: number;
}

/** What a line holds. `problem` says why it is not one JSON object; what could be read of it is in `values` all the same. */
export interface LineReading {
  values: LineValue[];
  problem?: string;
}

/** How many places of a broken line are tried for the begin of a whole record, from each end. */
const recoveryAttempts = 200;
/** How much is looked through for it, in UTF-16 units: lines of many megabytes are not tried at each place. */
const maxRecoveryChars = 512 * 1024 * 1024;
/** What lies so near to the end is tried all the same. */
const nearEndChars = 256 * 1024;

function parseObject(text: string): JsonObject | "other" | "broken" {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : "other";
  } catch (error) {
    if (error instanceof SyntaxError) return "broken";
    throw error;
  }
}

/** Where the object that begins at `start` ends (behind its last brace), or -1 where it does not end. */
function objectEnd(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b) depth++;
    else if (code === 0x7d && --depth === 0) return i + 1;
  }
  return -1;
}

/** Places of `{"` in a text: the first ones from `from`, and behind those the last ones, from the end. */
function* recordPlaces(text: string, from: number): Generator<number> {
  let start = text.indexOf('{"', from);
  for (let attempt = 0; start !== -1 && attempt < recoveryAttempts; attempt++) {
    yield start;
    start = text.indexOf('{"', start + 1);
  }
  let end = start === -1 ? -1 : text.lastIndexOf('{"');
  for (let attempt = 0; end >= start && end !== -1 && attempt < recoveryAttempts; attempt++) {
    yield end;
    end = end === 0 ? -1 : text.lastIndexOf('{"', end - 1);
  }
}

/** A whole record that ends the line, behind a broken one: what a writer appends behind the torn line of a killed one. */
function lastRecord(text: string, from: number, isRecord: (value: JsonObject) => boolean): LineValue | undefined {
  const lineEnd = text.trimEnd().length;
  let leftChars = maxRecoveryChars;
  for (const start of recordPlaces(text, from)) {
    if (leftChars <= 0 && lineEnd - start > nearEndChars) continue;
    const end = objectEnd(text, start);
    leftChars -= (end === -1 ? text.length : end) - start;
    // Parsing what does not end with the line would cost much where it is nested deep.
    const tail = end === lineEnd ? text.slice(start, end) : "";
    const value = tail === "" ? "broken" : parseObject(tail);
    if (isObject(value) && isRecord(value)) return { value, text: tail, start };
  }
  return undefined;
}

function readBroken(text: string, isRecord: (value: JsonObject) => boolean): LineReading {
  const values: LineValue[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
    if (at >= text.length) return { values, problem: "several records on one line" };
    const end = text.charCodeAt(at) === 0x7b ? objectEnd(text, at) : -1;
    const part = end === -1 ? "" : text.slice(at, end);
    const value = end === -1 ? "broken" : parseObject(part);
    if (!isObject(value)) break;
    values.push({ value, text: part, start: at });
    at = end;
  }
  const last = lastRecord(text, at, isRecord);
  if (last) values.push(last);
  return { values, problem: "the line is not whole JSON" };
}

/**
 * Reads the JSON objects of one line of a JSONL file. Writers that share a file may leave two objects on a line
 * (Claude Code 2.0.76 did), or a whole one behind a torn one.
 * @param isRecord Whether an object found behind broken text is a record, and not a part of one.
 */
export function readLine(text: string, isRecord: (value: JsonObject) => boolean): LineReading {
  const value = parseObject(text);
  if (isObject(value)) return { values: [{ value, text, start: 0 }] };
  if (value === "other") return { values: [], problem: "the line is JSON, but no object" };
  if (text.trim() === "") return { values: [] };
  return readBroken(text, isRecord);
}
