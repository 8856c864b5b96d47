/** Finds names that come twice among millions, without keeping them: only a number of 53 bits of each, and those that may be doubled. */
export class DoubledNames {
  readonly #seen = new Set<number>();
  /** Names of which the number was there before; another name may have had it. */
  readonly suspects = new Set<string>();

  add(name: string): void {
    const number = numberOf(name);
    if (this.#seen.has(number)) this.suspects.add(name);
    this.#seen.add(number);
  }
}

/** Two runs of a multiplicative hash with other primes, of which 53 bits are kept. */
function numberOf(name: string): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < name.length; at += 1) {
    const unit = name.charCodeAt(at);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ (low >>> 13);
  low = Math.imul(low ^ (low >>> 16), 3266489909) ^ (high >>> 13);
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
