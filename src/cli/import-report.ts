import type { ImportReport } from "../schema/ports.js";
import { visible } from "./visible.js";

/** The report with the names that the tool `import_sessions` uses, for `--json`. */
export function reportJson(report: ImportReport): Record<string, unknown> {
  const { byProvider, elapsedMs, ...rest } = report;
  return { ...rest, by_provider: byProvider, elapsed_ms: elapsedMs };
}

/** The report as a table, for people. */
export function reportText(report: ImportReport): string {
  const rows = Object.entries(report.byProvider).map(([name, counts]) => [name, counts] as const);
  const all = [...rows, ["all", report] as const];
  const head = ["provider", "imported", "updated", "unchanged", "events"];
  const cells = all.map(([name, { imported, updated, unchanged, events }]) => [name, ...[imported, updated, unchanged, events].map(String)]);
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => (row[column] as string).length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number))).join("  ");
  const failures = report.failed.map(({ path, error }) => `failed: ${visible(path)}: ${visible(error)}`);
  const size = `${(report.bytes / 1e6).toFixed(1)} MB in ${(report.elapsedMs / 1000).toFixed(1)} s`;
  return `${[head, ...cells].map(line).join("\n")}\n${size}\n${failures.map((failure) => `${failure}\n`).join("")}`;
}
