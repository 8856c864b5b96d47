import type { Surroundings } from "./places.js";
import { UsageError } from "./usage-error.js";

/** A value as a parser gives it: a switch that is set, a text, or the texts of a repeatable flag. */
export type GivenValue = true | string | readonly string[];

export interface GivenParts {
  /** By names of flags. */
  values: ReadonlyMap<string, GivenValue>;
  /** The words behind the command. */
  words: readonly string[];
  surroundings: Surroundings & { nowMs: number };
}

/** What was typed, checked against the flags of its command, and where. */
export class Given {
  readonly words: readonly string[];
  readonly surroundings: GivenParts["surroundings"];
  readonly #values: GivenParts["values"];

  constructor({ values, words, surroundings }: GivenParts) {
    this.#values = values;
    this.words = words;
    this.surroundings = surroundings;
  }

  /** Whether a switch is set. */
  isSet(name: string): boolean {
    return this.#values.get(name) === true;
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === "string" ? value : undefined;
  }

  /** Values of a repeatable flag; undefined where it was not given. */
  texts(name: string): readonly string[] | undefined {
    const value = this.#values.get(name);
    return Array.isArray(value) ? (value as readonly string[]) : undefined;
  }

  /** A whole number that is at least `min`. @throws {UsageError} for anything else. */
  whole(name: string, { min }: { min: number }): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (/^-?\d+$/.test(text) && Number.isSafeInteger(number) && number >= min) return number;
    throw new UsageError(`--${name} "${text}" is no whole number of at least ${min}: give one`);
  }
}
