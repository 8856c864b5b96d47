import { pathToFileURL } from "node:url";
import { openDatabase, sqliteErrorCode } from "../io/sqlite.js";
import type { SideContent, SideFact, SideFile } from "../providers/provider.js";
import { readSmall } from "./native-file.js";
import type { NativeRoot } from "./native-root.js";

const maxTextBytes = 16 << 20;
/** Rows of a table that are read. */
const mostRows = 100_000;

/** What a side file says now; undefined where it is none, cannot be read, or is not whole: then the next change brings another look. */
export function readSide(root: NativeRoot, path: string): SideFact[] | undefined {
  const file = root.provider.classifySide?.(root.dir, root.relativePath(path));
  const content = file && contentOf(root, file);
  return content && root.provider.parseSide?.(file, content);
}

function contentOf(root: NativeRoot, file: SideFile): SideContent | undefined {
  if (file.reads.as === "sqlite") return rowsOf(root, file.path, file.reads);
  const bytes = readSmall(root, file.path, maxTextBytes);
  return bytes && { text: bytes.toString("utf8") };
}

/**
 * Rows of another program's database. It is opened as one that nobody changes: so neither a lock nor a journal file of its owner is touched; what still stands in its
 * write-ahead log is seen when the owner has moved it into the file, which changes that.
 */
function rowsOf(root: NativeRoot, path: string, { table, columns }: { table: string; columns: readonly string[] }): SideContent | undefined {
  const real = root.resolveInside(path);
  if (real === undefined) return undefined;
  const url = pathToFileURL(real);
  url.searchParams.set("immutable", "1");
  url.searchParams.set("mode", "ro");
  try {
    const db = openDatabase(url.href, { readOnly: true });
    try {
      const there = new Set(db.prepare("SELECT name FROM pragma_table_info(?)").all(table).map((row) => String(row["name"])));
      const wanted = columns.filter((column) => there.has(column)).map((column) => `"${column}"`);
      if (wanted.length === 0) return { rows: [] };
      return { rows: db.prepare(`SELECT ${wanted.join(", ")} FROM "${table}" LIMIT ${mostRows}`).all() };
    } finally {
      db.close();
    }
  } catch (error) {
    // Damaged, or seen in the midst of a change.
    if (sqliteErrorCode(error) !== undefined) return undefined;
    throw error;
  }
}
