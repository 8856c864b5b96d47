const shortest = 8;

/** Of each id its shortest beginning of at least 8 characters that no other of them has. */
export function shortIds(ids: readonly string[]): ReadonlyMap<string, string> {
  const sorted = [...new Set(ids)].sort();
  return new Map(
    sorted.map((id, at) => {
      const shared = Math.max(common(id, sorted[at - 1]), common(id, sorted[at + 1]));
      return [id, id.slice(0, Math.max(shortest, shared + 1))];
    }),
  );
}

/** Characters with which both begin. */
function common(id: string, other = ""): number {
  const differs = [...id].findIndex((character, at) => character !== other[at]);
  return differs === -1 ? id.length : differs;
}
