/*
 * The part of YAML 1.2 that programs write for flat settings: one mapping of names to scalars at the left margin. Scalars may be plain,
 * quoted or blocks (`|`, `>`, with indentation and chomping signs), and go on over indented lines. What is nested is passed over.
 */

/** How much of a text is read, in UTF-16 units: such files are small. */
const maxChars = 64 * 1024;

const escapes: Readonly<Record<string, string>> = {
  "0": "\0", a: "\x07", b: "\b", t: "\t", "\t": "\t", n: "\n", v: "\v", f: "\f", r: "\r", e: "\x1b",
  " ": " ", '"': '"', "/": "/", "\\": "\\", N: "\x85", _: "\xa0", L: "\u2028", P: "\u2029",
};
const escapeSign = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g;

function unescape(text: string): string {
  return text.replace(escapeSign, (_, x?: string, u?: string, long?: string, sign = "") => {
    const code = Number.parseInt(x ?? u ?? long ?? "", 16);
    if (Number.isNaN(code)) return escapes[sign] ?? sign;
    return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
  });
}

/** Lines of a plain or quoted scalar as one text: a line end is a space, empty lines are line ends. */
function fold(lines: readonly string[]): string {
  let text = lines[0] ?? "";
  let empty = 0;
  for (const line of lines.slice(1)) {
    const trimmed = line.trimStart();
    if (trimmed === "") {
      empty += 1;
      continue;
    }
    text += empty > 0 ? "\n".repeat(empty) + trimmed : ` ${trimmed}`;
    empty = 0;
  }
  return text;
}

function endsWithBackslash(line: string): boolean {
  let count = 0;
  while (line.charCodeAt(line.length - 1 - count) === 0x5c) count++;
  return count % 2 === 1;
}

/** Like `fold` for double quotes, where a backslash at a line's end joins it to the next without a space. */
function foldEscaped(lines: readonly string[]): string {
  const joined: string[] = [];
  let isOpen = false;
  for (const line of lines) {
    const text = joined.length === 0 ? line : line.trimStart();
    const goesOn = endsWithBackslash(text);
    const kept = goesOn ? text.slice(0, -1) : text.trimEnd();
    if (isOpen) joined.push(`${joined.pop() ?? ""}${kept}`);
    else joined.push(kept);
    isOpen = goesOn;
  }
  return fold(joined);
}

function blockIndent(lines: readonly string[], sign: string): number {
  const given = /\d/.exec(sign)?.[0];
  if (given !== undefined) return Number(given);
  const first = lines.find((line) => line.trim() !== "") ?? "";
  return first.length - first.trimStart().length;
}

/** Lines of a `>` block as one text: line ends between lines at the margin are spaces, those at indented lines stay. */
function foldBlock(lines: readonly string[]): string {
  let text = "";
  let pending = 0;
  let wasIndented = false;
  for (const [index, line] of lines.entries()) {
    const isIndented = /^[ \t]/.test(line);
    if (line === "") {
      pending += 1;
      continue;
    }
    const keepsEnds = isIndented || wasIndented;
    if (index > 0) text += pending > 0 ? "\n".repeat(keepsEnds ? pending + 1 : pending) : keepsEnds ? "\n" : " ";
    text += line;
    pending = 0;
    wasIndented = isIndented;
  }
  return text + "\n".repeat(pending);
}

function block(sign: string, lines: readonly string[]): string {
  const indent = blockIndent(lines, sign);
  const content = lines.map((line) => line.slice(indent));
  while (content.length > 0 && content.at(-1)?.trim() === "" && !sign.includes("+")) content.pop();
  const text = sign.startsWith(">") ? foldBlock(content) : content.join("\n");
  return sign.includes("-") || text === "" ? text : `${text}\n`;
}

/** The quoted text at the begin of `lines`, with its quotes; what follows it is a comment. */
function quoted(lines: readonly string[]): string | undefined {
  const text = lines.join("\n");
  const found = text.startsWith('"') ? /^"((?:[^"\\]|\\[\s\S])*)"/.exec(text) : /^'((?:[^']|'')*)'/.exec(text);
  if (!found) return undefined;
  const inner = (found[1] ?? "").split("\n");
  return text.startsWith('"') ? unescape(foldEscaped(inner)) : fold(inner.map((line, at) => (at < inner.length - 1 ? line.trimEnd() : line))).replaceAll("''", "'");
}

function plain(lines: readonly string[]): string {
  const content: string[] = [];
  for (const line of lines) {
    const comment = /(?:^|[ \t])#/.exec(line);
    content.push((comment ? line.slice(0, comment.index) : line).trimEnd());
    if (comment) break;
  }
  while (content.length > 1 && content.at(-1) === "") content.pop();
  return fold(content);
}

function scalar(first: string, more: readonly string[]): string | undefined {
  const sign = /^[|>](?:[+-]?[1-9]?|[1-9][+-])(?=\s*(?:#.*)?$)/.exec(first)?.[0];
  if (sign !== undefined) return block(sign, more);
  if (/^["']/.test(first)) return quoted([first, ...more]);
  if (/^[[{&*!%@`]/.test(first) || (first === "" && more.length > 0)) return undefined;
  const text = plain([first, ...more]);
  return text === "" || text === "~" || text === "null" ? undefined : text;
}

/**
 * The texts of a flat YAML mapping by name; numbers and booleans are given as they are written. Names without a value, lists and
 * what is nested are left out. Never throws: what is no such mapping gives nothing. Only the first 64 Ki characters are read.
 */
export function readFlatYaml(source: string): Readonly<Record<string, string>> {
  const lines = source.slice(0, maxChars).replace(/^\uFEFF/, "").split(/\r?\n/);
  const entries: [string, string][] = [];
  for (let at = 0; at < lines.length; at++) {
    const found = /^([A-Za-z0-9_.-]+)[ \t]*:(?:[ \t]+(.*)|)$/.exec(lines[at] ?? "");
    if (!found) continue;
    const more: string[] = [];
    while (at + 1 < lines.length && /^(?:[ \t]|$)/.test(lines[at + 1] ?? "")) more.push(lines[++at] ?? "");
    const value = scalar((found[2] ?? "").trimEnd(), more);
    if (value !== undefined) entries.push([found[1] ?? "", value]);
  }
  return Object.fromEntries(entries);
}
