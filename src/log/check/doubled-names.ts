import { textNumber } from "../../io/text-number.js";

/** Finds names that come twice among millions, without keeping them: only a number of 53 bits of each, and those that may be doubled. */
export class DoubledNames {
  readonly #seen = new Set<number>();
  /** Names of which the number was there before; another name may have had it. */
  readonly suspects = new Set<string>();

  add(name: string): void {
    const number = textNumber(name);
    if (this.#seen.has(number)) this.suspects.add(name);
    this.#seen.add(number);
  }
}
