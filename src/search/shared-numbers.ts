import type { Prepared } from "../io/prepared.js";
import { reversedKey } from "../log/path-key.js";
import { kindNumber } from "./kind-table.js";
import type { EventKind } from "./row-state.js";

/** Numbers of kinds, each looked up once in a run of rows. Within a transaction. */
export class KindNumbers {
  readonly #table: Prepared;
  /** By tool, for of each there are few. */
  readonly #known = new Map<string, { kind: EventKind; number: number }[]>();

  constructor(table: Prepared) {
    this.#table = table;
  }

  of(kind: EventKind): number {
    let ofTool = this.#known.get(kind.tool);
    if (!ofTool) this.#known.set(kind.tool, (ofTool = []));
    const known = ofTool.find((one) => one.kind.type === kind.type && one.kind.toolKind === kind.toolKind);
    if (known) return known.number;
    const number = kindNumber(this.#table, kind);
    ofTool.push({ kind, number });
    return number;
  }
}

/** Numbers of files by their keys, each looked up once in a run of rows. Within a transaction. */
export class FileNumbers {
  readonly #table: Prepared;
  readonly #known = new Map<string, number>();

  constructor(table: Prepared) {
    this.#table = table;
  }

  /** @returns A new one where nobody has met the file before. */
  of(file: string): number {
    const number = this.#known.get(file) ?? this.#look(reversedKey(file));
    this.#known.set(file, number);
    return number;
  }

  #look(reversed: string): number {
    const known = this.#table.number("SELECT f FROM files WHERE reversed = ?", reversed);
    return known > 0 ? known : this.#table.run("INSERT INTO files (reversed) VALUES (?)", reversed).rowId;
  }
}
