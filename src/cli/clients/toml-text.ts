import type { Entry } from "./clients.js";

/** A string or a list of strings as TOML writes them. JSON's escapes are TOML's, but for DEL, which TOML wants escaped. */
export function tomlValue(value: string | string[]): string {
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(", ")}]`;
  return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}

/** `key = value` for each of the values. */
export function tomlLines(values: Record<string, string | string[]>): string[] {
  return Object.entries(values).map(([key, value]) => `${key} = ${tomlValue(value)}`);
}

/** An entry as a table, and a table for each record in it; ends with a line ending. */
export function tomlTables(path: string, entry: Entry, { eol }: { eol: string }): string {
  const nested = Object.entries(entry).filter((pair): pair is [string, Record<string, string>] => isRecord(pair[1]));
  const values = Object.fromEntries(Object.entries(entry).filter((pair): pair is [string, string | string[]] => !isRecord(pair[1])));
  const tables = [[path, values] as const, ...nested.map(([key, value]) => [`${path}.${key}`, value] as const)];
  return tables.map(([name, lines]) => [`[${name}]`, ...tomlLines(lines)].map((line) => line + eol).join("")).join(eol);
}

function isRecord(value: Entry[string]): value is Record<string, string> {
  return typeof value === "object" && !Array.isArray(value);
}
