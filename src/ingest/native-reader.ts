import { closeSync } from "node:fs";
import type { LogCompleteness } from "../schema/event.js";
import type { ParsedEvent } from "../providers/provider.js";
import { noBytes } from "../io/byte-source.js";
import { sameStat, type FoundFile } from "./discover.js";
import { contentOf, headHash, identify, isReadWhole, openNative, readCompanions, type FileIdentity } from "./native-file.js";
import { readRecords } from "./read-records.js";

/** One native file that is read piece by piece, without checkpoints: for who keeps no state between two runs. */
export class NativeReader {
  readonly found: FoundFile;
  #state: unknown;
  #offsetBytes = 0;
  /** How the file looked when it was read last. */
  #last: FileIdentity | undefined;

  constructor(found: FoundFile) {
    this.found = found;
    this.#state = found.provider.start(found.file, readCompanions(found));
  }

  get completeness(): LogCompleteness {
    return this.found.provider.completeness(this.#state);
  }

  /**
   * What came since the last call; all of a file that was replaced.
   * @param onLink Told of each sub-agent whose parent call the file names.
   */
  *read(final: boolean, onLink: (link: { agentId: string; parentToolId: string }) => void): Generator<ParsedEvent> {
    const fd = openNative(this.found);
    if (fd === undefined) return;
    try {
      const identity = identify(fd);
      if (!this.#goesOn(fd, identity)) {
        this.#offsetBytes = 0;
        this.#state = this.found.provider.start(this.found.file, readCompanions(this.found));
      }
      const isReadOut = isReadWhole(this.found.file) && this.#offsetBytes > 0;
      this.#last = identity;
      const from = { state: this.#state, offsetBytes: this.#offsetBytes, final, isDocument: this.found.file.format === "document" };
      for (const batch of readRecords(isReadOut ? noBytes : contentOf(fd, this.found.file, identity), this.found.provider, from)) {
        this.#state = batch.state;
        this.#offsetBytes = batch.offsetBytes;
        batch.agents.forEach(onLink);
        yield* batch.events;
      }
    } finally {
      closeSync(fd);
    }
  }

  /** Whether the file only grew; one that is read whole must look as it did. */
  #goesOn(fd: number, { stat }: FileIdentity): boolean {
    if (!this.#last) return true;
    const { stat: last, headBytes, headHash: hash } = this.#last;
    if (isReadWhole(this.found.file)) return sameStat(last, stat);
    return last.inode === stat.inode && stat.sizeBytes >= this.#offsetBytes && headHash(fd, headBytes) === hash;
  }
}
