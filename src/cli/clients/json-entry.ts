import { isDeepStrictEqual } from "node:util";
import { type DocumentNode, evaluate, type MemberNode, type Node, type ObjectNode, parse, type Token } from "@humanwhocodes/momoa";
import type { Entry } from "./clients.js";
import { type JsonLayout, jsonText } from "./json-text.js";
import { Refusal } from "./refusal.js";
import { lineEnding, type TextEdit, withEdits } from "./text-edit.js";

/** Which entry goes where. */
export interface EntryPlace {
  table: string;
  name: string;
  entry: Entry;
}

/**
 * Puts an entry into JSON, with comments and trailing commas or without. Where there is one of that name, the keys given are set in it and its
 * others stay. Every character outside of the entry stays as it is.
 * @returns The text itself where the entry says that already.
 * @throws {Refusal} where the text is no JSON, or holds something else in the entry's place.
 */
export function putJsonEntry(text: string, { table, name, entry }: EntryPlace): string {
  const bom = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const json = text.slice(bom.length);
  const eol = lineEnding(json);
  if (json.trim() === "") return `${text}${jsonText({ [table]: { [name]: entry } }, { indent: "", unit: "  ", eol })}${eol}`;
  const file = new JsonFile(json, eol);
  return bom + withEdits(json, file.put({ table, name, entry }));
}

class JsonFile {
  readonly #text: string;
  readonly #eol: string;
  readonly #document: DocumentNode;
  readonly #root: ObjectNode;

  constructor(text: string, eol: string) {
    this.#text = text;
    this.#eol = eol;
    this.#document = parsed(text);
    this.#root = asObject(this.#document.body, "The file");
  }

  put({ table, name, entry }: EntryPlace): TextEdit[] {
    const servers = memberOf(this.#root, table);
    if (!servers) return this.#insert(this.#root, table, { [name]: entry });
    const object = asObject(servers.value, `"${table}"`);
    const ours = memberOf(object, name);
    return ours ? this.#update(object, ours, entry) : this.#insert(object, name, entry);
  }

  #update(table: ObjectNode, { name, value }: MemberNode, entry: Entry): TextEdit[] {
    const old: unknown = evaluate(asObject(value, `"${entryKey(name)}"`));
    const merged = { ...(old as Entry), ...entry, ...(Object.hasOwn(old as Entry, "tools") && { tools: (old as Entry)["tools"] }) };
    if (isDeepStrictEqual(old, merged)) return [];
    const [start, end] = rangeOf(value);
    return [{ start, end, text: jsonText(merged, this.#isOneLine(table) ? undefined : this.#layout(this.#indentAt(rangeOf(name)[0]))) }];
  }

  #insert(object: ObjectNode, key: string, value: unknown): TextEdit[] {
    const oneLine = this.#isOneLine(object);
    const indent = this.#memberIndent(object);
    const member = `${JSON.stringify(key)}: ${jsonText(value, oneLine ? undefined : this.#layout(indent))}`;
    const before = oneLine ? " " : this.#eol + indent;
    const last = object.members.at(-1);
    if (!last) {
      const start = rangeOf(object)[0] + 1;
      const rest = this.#text.slice(start, rangeOf(object)[1]);
      // What stands in the braces may be a comment; a brace of its own line stays on it.
      const after = oneLine ? " " : /^[ \t]*\r?\n/.test(rest) ? "" : this.#eol + this.#indentAt(start);
      return [{ start, end: start, text: before + member + after }];
    }
    const { comma, end } = this.#endOfMember(last);
    const separator = comma ? [] : [{ start: rangeOf(last)[1], end: rangeOf(last)[1], text: "," }];
    return [...separator, { start: end, end, text: before + member }];
  }

  /** Where a member ends, with its comma and the comments on its line. */
  #endOfMember(member: MemberNode): { comma: boolean; end: number } {
    let end = rangeOf(member)[1];
    let comma = false;
    for (const token of this.#document.tokens ?? []) {
      const [start, tokenEnd] = rangeOf(token);
      if (start < end) continue;
      const isComment = token.type === "LineComment" || token.type === "BlockComment";
      const isOnLine = !this.#text.slice(end, start).includes("\n");
      if (token.type === "Comma") comma = true;
      else if (!isComment) break;
      if (token.type === "Comma" || isOnLine) end = tokenEnd;
    }
    return { comma, end };
  }

  #isOneLine(object: ObjectNode): boolean {
    const [start, end] = rangeOf(object);
    if (this.#text.slice(start, end).includes("\n")) return false;
    const [rootStart, rootEnd] = rangeOf(this.#root);
    return object.members.length > 0 || (this.#root.members.length > 0 && !this.#text.slice(rootStart, rootEnd).includes("\n"));
  }

  #layout(indent: string): JsonLayout {
    return { indent, unit: this.#unit(), eol: this.#eol };
  }

  /** What one level is indented by, as the file's first level shows. */
  #unit(): string {
    const first = this.#root.members[0];
    return (first && this.#ownIndent(rangeOf(first)[0])) || "  ";
  }

  #memberIndent(object: ObjectNode): string {
    const first = object.members[0];
    return (first && this.#ownIndent(rangeOf(first)[0])) ?? this.#indentAt(rangeOf(object)[0]) + this.#unit();
  }

  /** The blanks before an offset, where nothing else precedes it on its line; undefined where something does. */
  #ownIndent(offset: number): string | undefined {
    const line = this.#text.slice(this.#text.lastIndexOf("\n", offset - 1) + 1, offset);
    return line.trim() === "" ? line : undefined;
  }

  /** The blanks at the start of the line on which an offset lies. */
  #indentAt(offset: number): string {
    return /^[ \t]*/.exec(this.#text.slice(this.#text.lastIndexOf("\n", offset - 1) + 1))?.[0] ?? "";
  }
}

function parsed(text: string): DocumentNode {
  try {
    return parse(text, { mode: "jsonc", allowTrailingCommas: true, tokens: true, ranges: true });
  } catch (error) {
    // The parser's errors are plain, and have a place.
    if (!(error instanceof Error && "line" in error)) throw error;
    throw new Refusal(`it is not JSON: ${error.message}. Mend it first`, { cause: error });
  }
}

function asObject(node: DocumentNode["body"], what: string): ObjectNode {
  if (node.type !== "Object") throw new Refusal(`${what} holds ${node.type.toLowerCase()}, not an object. Mend it first`);
  return node;
}

function memberOf(object: ObjectNode, key: string): MemberNode | undefined {
  const found = object.members.filter(({ name }) => entryKey(name) === key);
  if (found.length > 1) throw new Refusal(`"${key}" is there more than once. Leave one`);
  return found[0];
}

function entryKey(name: MemberNode["name"]): string {
  return name.type === "String" ? name.value : name.name;
}

function rangeOf(node: Node | Token): [number, number] {
  // The parser gives every node its range when it is asked to.
  return node.range as [number, number];
}
