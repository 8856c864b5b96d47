/** A line and when it was said, milliseconds since the epoch. */
export interface TimedLine {
  raw: string;
  ms: number;
}

/**
 * One sequence out of several, by time; lines of one sequence keep their order, whatever their times.
 * @returns The last `limit` lines.
 */
export function mergeLines(logs: readonly (readonly TimedLine[])[], limit: number): string[] {
  const places = logs.map((lines) => ({ lines: inOrder(lines), next: 0 }));
  const merged: string[] = [];
  for (;;) {
    let first: (typeof places)[number] | undefined;
    for (const place of places) {
      const line = place.lines[place.next];
      if (line && (!first || line.ms < (first.lines[first.next]?.ms ?? 0))) first = place;
    }
    const line = first?.lines[first.next];
    if (!first || !line) return limit > 0 ? merged.slice(-limit) : [];
    merged.push(line.raw);
    first.next += 1;
  }
}

/** A line counts as said no earlier than the line before it in its log. */
function inOrder(lines: readonly TimedLine[]): TimedLine[] {
  let latestMs = Number.NEGATIVE_INFINITY;
  return lines.map(({ raw, ms }) => {
    latestMs = Math.max(latestMs, Number.isNaN(ms) ? latestMs : ms);
    return { raw, ms: latestMs };
  });
}
