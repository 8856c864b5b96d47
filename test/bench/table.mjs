// The rows as text.

const number = (value) => (Number.isInteger(value) || Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3))));

function measured(summary, unit) {
  if (!summary) return "–";
  const spread = summary.samples > 1 ? ` (${number(summary.q1)}–${number(summary.q3)})` : "";
  return `${number(summary.median)} ${unit}${spread}`.trimEnd();
}

function budgetText({ budget, unit }) {
  if (!budget) return "–";
  if (budget.equal) return "equal";
  return budget.most === undefined ? `≤ ${budget.times} ×` : `≤ ${budget.most} ${unit}`.trimEnd();
}

const columns = {
  what: (row) => row.what,
  "ours: median (quartiles)": (row) => (row.ours ? measured(row.ours, row.unit) : (row.note ?? "–")),
  "floor or peer": (row) => (row.floor ? `${measured(row.floor, row.unit)}, ${row.floor.name}` : "–"),
  ratio: (row) => (row.ratio === null ? "–" : `${row.ratio} ×`),
  budget: budgetText,
  held: ({ held }) => (held === null ? "–" : held ? "yes" : "NO"),
  note: (row) => (row.ours ? (row.note ?? "") : ""),
};

/** @returns Markdown, padded so that it can be read as it is. */
export function table(rows) {
  const lines = [Object.keys(columns), ...rows.map((row) => Object.values(columns).map((cell) => cell(row)))];
  const widths = Object.keys(columns).map((_, nth) => Math.max(3, ...lines.map((cells) => cells[nth].length)));
  const text = (cells) => `| ${cells.map((cell, nth) => cell.padEnd(widths[nth])).join(" | ")} |`;
  return [text(lines[0]), text(widths.map((width) => "-".repeat(width))), ...lines.slice(1).map(text)].join("\n");
}
