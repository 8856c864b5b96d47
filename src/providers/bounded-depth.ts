import { boundedData, type DataBounds } from "./bounded-data.js";

/** Deeper data cannot be written as JSON without running out of stack. */
const maxDepth = 200;

const bounds: DataBounds = {
  maxStringChars: 1_000_000,
  maxTotalChars: 4_000_000,
  maxItems: 100_000,
  maxDepth,
  omit: new Set(),
};

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** JSON data as it is; of data that is nested too deep to be written again, what lies less deep. */
export function boundedDepth(value: unknown): unknown {
  return isDeeper(value, maxDepth) ? boundedData(value, bounds) : value;
}
