import { defaultMaxBytes } from "../arguments/budget.js";

/** A part of a prompt: a heading of our own words, and blocks in the order in which they are shown. */
export interface Section {
  heading: string;
  blocks: readonly string[];
  /** Which blocks stay where not all fit. */
  keep: "first" | "last";
  /** How much of the room is this section's for certain, as a part of 1; what others leave over comes to it. */
  share: number;
}

/** Bytes of a text and of the newline behind it. */
function bytesOf(text: string): number {
  return Buffer.byteLength(text) + 1;
}

/** The blocks of a section that were taken so far, from the end that it keeps. */
class Taken {
  readonly #section: Section;
  #count = 0;

  constructor(section: Section) {
    this.#section = section;
  }

  /** Takes blocks while they fit. @returns The bytes that they took. */
  take(roomBytes: number): number {
    let used = 0;
    for (let next = this.#next(); next !== undefined && used + bytesOf(next) <= roomBytes; next = this.#next()) {
      used += bytesOf(next);
      this.#count += 1;
    }
    return used;
  }

  text(): string {
    const { heading, blocks, keep } = this.#section;
    if (blocks.length === 0) return "";
    const left = blocks.length - this.#count;
    const shown = keep === "first" ? blocks.slice(0, this.#count) : blocks.slice(left);
    return [`## ${heading}${left > 0 ? ` (${left} more left out)` : ""}\n`, ...shown].join("\n");
  }

  #next(): string | undefined {
    const { blocks, keep } = this.#section;
    return blocks[keep === "first" ? this.#count : blocks.length - 1 - this.#count];
  }
}

/** About the bytes of a heading with its remark. */
const headingBytes = 70;

/**
 * A prompt's text of at most `maxBytes` (9,000): what is to be done first, then the sections, each with the blocks that fit; last how to go on.
 * Sections without a block are not said.
 */
export function fitSections(
  { task, goOn }: { task: string; goOn: string },
  sections: readonly Section[],
  { maxBytes = defaultMaxBytes }: { maxBytes?: number } = {},
): string {
  const said = sections.filter(({ blocks }) => blocks.length > 0);
  const room = Math.max(0, maxBytes - bytesOf(task) - bytesOf(goOn) - said.length * headingBytes);
  const taken = said.map((section) => ({ section, blocks: new Taken(section) }));
  let left = room;
  for (const { section, blocks } of taken) left -= blocks.take(Math.min(left, Math.floor(room * section.share)));
  for (const { blocks } of taken) left -= blocks.take(left);
  return [task, ...taken.map(({ blocks }) => blocks.text()), goOn].join("\n");
}
