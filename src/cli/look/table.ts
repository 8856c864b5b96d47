import type { Look, Style } from "./style.js";
import { fitted, padded, widthOf } from "./width.js";

/** A column of a table. */
export interface Column<Row> {
  title: string;
  /** Its text in a row, as plain text without control characters. */
  text(row: Row): string;
  looks?(row: Row): readonly Look[];
  /** Puts looks into the text once it has been cut to its width, instead of `looks`. */
  paint?(text: string, row: Row): string;
  /** Numbers stand to the right. */
  right?: true;
  /** May be cut to this many cells where the terminal is narrow. Columns without it stay whole. */
  min?: number;
  /** Is left out where the terminal is narrow; the greatest number goes first. */
  drop?: number;
}

const gap = 2;

/** Rows in columns that fit `columns` cells where they can; a column without a text in any row is left out. Ends with a line break. */
export function table<Row>(rows: readonly Row[], all: readonly Column<Row>[], { columns, style }: { columns: number; style: Style }): string {
  const texts = new Map(all.map((column) => [column, rows.map((row) => column.text(row))]));
  const filled = all.filter((column) => texts.get(column)?.some((text) => text !== ""));
  const natural = new Map(filled.map((column) => [column, Math.max(widthOf(column.title), ...(texts.get(column) ?? []).map(widthOf))]));
  const shown = fitting(filled, natural, columns);
  const widths = shown.map((column) => natural.get(column) ?? 0);
  squeeze(shown, widths, columns);
  const head = shown.map((column, at) => cell(column.title, { column, width: widths[at] ?? 0 }));
  const lines = rows.map((row, nth) =>
    shown.map((column, at) => {
      const width = widths[at] ?? 0;
      const text = fitted(texts.get(column)?.[nth] ?? "", width);
      const painted = column.paint ? column.paint(text, row) : style(text, ...(column.looks?.(row) ?? []));
      return cell(painted, { column, width });
    }),
  );
  const joined = (cells: readonly string[]): string => cells.join(" ".repeat(gap)).trimEnd();
  return [style(joined(head), "dim"), ...lines.map(joined)].map((line) => `${line}\n`).join("");
}

function cell<Row>(text: string, { column, width }: { column: Column<Row>; width: number }): string {
  return padded(text, width, { right: column.right ?? false });
}

function needed(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + gap, -gap);
}

/** All columns, less those that may go, until the rest fits at its narrowest. */
function fitting<Row>(all: readonly Column<Row>[], natural: ReadonlyMap<Column<Row>, number>, columns: number): Column<Row>[] {
  const shown = [...all];
  const narrowest = (): number => needed(shown.map((column) => Math.min(natural.get(column) ?? 0, column.min ?? Infinity)));
  while (narrowest() > columns) {
    const last = shown.filter(({ drop }) => drop !== undefined).sort((a, b) => (b.drop ?? 0) - (a.drop ?? 0))[0];
    if (!last) break;
    shown.splice(shown.indexOf(last), 1);
  }
  return shown;
}

/** Takes cell by cell from the widest column that may be cut. */
function squeeze<Row>(shown: readonly Column<Row>[], widths: number[], columns: number): void {
  for (let over = needed(widths) - columns; over > 0; over -= 1) {
    let widest = -1;
    for (const [at, { min }] of shown.entries()) {
      if (min !== undefined && (widths[at] ?? 0) > min && (widths[at] ?? 0) > (widths[widest] ?? 0)) widest = at;
    }
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}
