/** A number with what it counts, as in `1 session` and `20 sessions`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
