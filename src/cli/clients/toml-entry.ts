import { isDeepStrictEqual } from "node:util";
import { type AST, getStaticTOMLValue, ParseError, parseTOML } from "toml-eslint-parser";
import type { Entry } from "./clients.js";
import type { EntryPlace } from "./json-entry.js";
import { Refusal } from "./refusal.js";
import { lineEnding, type TextEdit, withEdits } from "./text-edit.js";
import { tomlLines, tomlTables, tomlValue } from "./toml-text.js";

type Table = Record<string, unknown>;
type Leaf = { path: string[]; value: string | string[] };

/**
 * Puts an entry into TOML as a table of its own. Where there is one of that name, the keys given are set in it, and its others stay. Every
 * character outside of the entry stays as it is.
 * @returns The text itself where the entry says that already.
 * @throws {Refusal} where the text is no TOML, or holds the entry in a form that cannot be edited alone, such as an inline table.
 */
export function putTomlEntry(text: string, { table, name, entry }: EntryPlace): string {
  const bom = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const toml = text.slice(bom.length);
  const program = parsed(toml);
  const before = getStaticTOMLValue(program) as Table;
  const after = withEntry(before, [table, name], entry);
  if (isDeepStrictEqual(before, after)) return text;
  const old = valueAt(before, [table, name]);
  const edited = old === undefined ? appended(toml, { table, name, entry }) : withEdits(toml, editsOf(program, toml, { path: [table, name], old, entry }));
  if (!says(edited, after)) throw new Refusal(`"${table}" has a form to which [${table}.${name}] cannot be added. Write it as [${table}.NAME] tables first`);
  return bom + edited;
}

function parsed(text: string): AST.TOMLProgram {
  try {
    return parseTOML(text, { tomlVersion: "1.0" });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new Refusal(`it is not TOML: line ${error.lineNumber}: ${error.message}. Mend it first`, { cause: error });
  }
}

/** Whether the text is TOML with those values: the proof that nothing else was changed. */
function says(text: string, wanted: Table): boolean {
  try {
    return isDeepStrictEqual(getStaticTOMLValue(parseTOML(text, { tomlVersion: "1.0" })), wanted);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return false;
  }
}

function appended(text: string, { table, name, entry }: EntryPlace): string {
  const eol = lineEnding(text);
  const gap = text === "" ? "" : text.endsWith("\n") ? eol : eol + eol;
  return text + gap + tomlTables(`${table}.${name}`, entry, { eol });
}

function editsOf(program: AST.TOMLProgram, text: string, { path, old, entry }: { path: string[]; old: unknown; entry: Entry }): TextEdit[] {
  return Object.entries(entry).flatMap(([key, value]) => {
    if (typeof value === "string" || Array.isArray(value)) return setLeaf(program, text, { path: [...path, key], value });
    if (valueAt(old, [key]) === undefined) return newTable(program, text, { path: [...path, key], value });
    return Object.entries(value).flatMap(([name, word]) => setLeaf(program, text, { path: [...path, key, name], value: word }));
  });
}

/** A table of its own behind the entry's. Nothing where the entry has another form; the proof then fails. */
function newTable(program: AST.TOMLProgram, text: string, { path, value }: { path: string[]; value: Record<string, string> }): TextEdit[] {
  const owner = tableAt(program.body[0], path.slice(0, -1));
  const eol = lineEnding(text);
  return owner ? [behind(owner, text, eol + eol + [`[${path.join(".")}]`, ...tomlLines(value)].join(eol))] : [];
}

/** Sets one value where it stands, else in the table that it belongs to. Nothing where it has another form. */
function setLeaf(program: AST.TOMLProgram, text: string, { path, value }: Leaf): TextEdit[] {
  const [top] = program.body;
  const written = keyValues(top.body, []).find((found) => isDeepStrictEqual(found.path, path));
  if (written) return [{ start: written.node.value.range[0], end: written.node.value.range[1], text: tomlValue(value) }];
  const owner = tableAt(top, path.slice(0, -1));
  return owner ? [behind(owner, text, lineEnding(text) + tomlLines({ [path.at(-1) as string]: value }).join(""))] : [];
}

function tableAt(top: AST.TOMLTopLevelTable, path: readonly string[]): AST.TOMLTable | undefined {
  return top.body.find((node): node is AST.TOMLTable => node.type === "TOMLTable" && isDeepStrictEqual(node.resolvedKey, path));
}

/** An insertion behind a table's last line, and the comment on it. */
function behind(table: AST.TOMLTable, text: string, inserted: string): TextEdit {
  const end = table.range[1];
  const rest = /^[^\r\n]*/.exec(text.slice(end))?.[0].length ?? 0;
  return { start: end + rest, end: end + rest, text: inserted };
}

/** Every value of tables and inline tables with its whole path. */
function keyValues(nodes: readonly (AST.TOMLKeyValue | AST.TOMLTable)[], at: readonly string[]): { path: string[]; node: AST.TOMLKeyValue }[] {
  return nodes.flatMap((node) => {
    if (node.type === "TOMLTable") return keyValues(node.body, node.resolvedKey.map(String));
    const path = [...at, ...node.key.keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value))];
    return node.value.type === "TOMLInlineTable" ? [{ path, node }, ...keyValues(node.value.body, path)] : [{ path, node }];
  });
}

/** The values with an entry in their midst; what else there is stays. */
function withEntry(values: Table, [key, ...rest]: readonly string[], entry: Entry): Table {
  if (key === undefined) return merged(values, entry);
  return { ...values, [key]: withEntry(asTable(values[key]), rest, entry) };
}

function merged(old: Table, entry: Entry): Table {
  const pairs = Object.entries(entry).map(([key, value]) => [key, typeof value === "string" || Array.isArray(value) ? value : { ...asTable(old[key]), ...value }]);
  return { ...old, ...Object.fromEntries(pairs) };
}

function asTable(value: unknown): Table {
  return typeof value === "object" && value !== null ? (value as Table) : {};
}

function valueAt(values: unknown, [key, ...rest]: readonly string[]): unknown {
  return key === undefined ? values : valueAt(asTable(values)[key], rest);
}
