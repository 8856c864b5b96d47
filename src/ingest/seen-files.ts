import { textNumber } from "../io/text-number.js";
import type { FoundFile } from "./discover.js";

/**
 * How files looked when they were seen last, in two numbers for each, for there may be very many. Where two paths had the same number, one of
 * them would be looked at in vain with each sweep.
 */
export class SeenFiles {
  /** Number of the path → number of its state. */
  readonly #states = new Map<number, number>();

  has(path: string): boolean {
    return this.#states.has(textNumber(path));
  }

  /** Whether the file looks as it did. */
  isAsSeen(found: FoundFile): boolean {
    return this.#states.get(textNumber(found.file.path)) === stateNumber(found);
  }

  add(found: FoundFile): void {
    this.#states.set(textNumber(found.file.path), stateNumber(found));
  }

  delete(path: string): void {
    this.#states.delete(textNumber(path));
  }
}

function stateNumber({ stat }: FoundFile): number {
  return textNumber(`${stat.inode}:${stat.sizeBytes}:${stat.mtimeMs}`);
}
