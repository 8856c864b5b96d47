import type { Fields } from "./line-facts.js";

const ourTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** Follows the numbers of a log's lines. Breaks between lines of our own are faults; other programs may number as they like. */
export class SeqOrder {
  #last: number | undefined;
  #lastIsOurs = true;
  #unreadable = 0;
  breaks = 0;
  foreignBreaks = 0;
  /** The first break that is a fault. */
  first: { before: number; seq: number; line: number } | undefined;

  /** Takes note of a line that has no number that could be read: the next one may lie so much higher. */
  skip(): void {
    this.#unreadable += 1;
  }

  take(seq: number, fields: Fields, line: number): void {
    const isOurs = typeof fields["ts"] === "string" && ourTime.test(fields["ts"]);
    if (!this.#follows(seq)) {
      if (isOurs && this.#lastIsOurs) {
        this.breaks += 1;
        this.first ??= { before: this.#last ?? 0, seq, line };
      } else {
        this.foreignBreaks += 1;
      }
    }
    [this.#last, this.#lastIsOurs, this.#unreadable] = [seq, isOurs, 0];
  }

  /** A log begins with 0 or 1. */
  #follows(seq: number): boolean {
    const least = this.#last === undefined ? 0 : this.#last + 1;
    const most = (this.#last === undefined ? 1 : this.#last + 1) + this.#unreadable;
    return seq >= least && seq <= most;
  }
}
