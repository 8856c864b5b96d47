import { randomUUID } from "node:crypto";
import type { Found } from "./finder.js";

const mostKept = 8;

/** Rankings that walks go through, kept for as long as few others came after: new events and scores must not move what is still to come. */
export class Rankings {
  readonly #kept = new Map<string, Found>();

  /** @returns Its name in cursors. */
  add(found: Found): string {
    const name = randomUUID();
    this.#kept.set(name, found);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break;
      this.#kept.delete(oldest);
    }
    return name;
  }

  get(name: string): Found | undefined {
    const found = this.#kept.get(name);
    if (found) {
      // The one used last stands last.
      this.#kept.delete(name);
      this.#kept.set(name, found);
    }
    return found;
  }
}
