/** A seed for `seededRandom`. Say it in what a test prints when it fails. */
export function newSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}

/** Numbers from 0 to below 1 that repeat for a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
