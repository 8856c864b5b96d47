import { closeSync } from "node:fs";
import type { LogCompleteness } from "../schema/event.js";
import type { ParsedEvent } from "../providers/provider.js";
import type { FoundFile } from "./discover.js";
import { contentOf, headHash, identify, isReadWhole, openNative, readCompanions } from "./native-file.js";
import { readRecords } from "./read-records.js";

/** One native file that is read piece by piece, without checkpoints: for who keeps no state between two runs. */
export class NativeReader {
  readonly found: FoundFile;
  #state: unknown;
  #offsetBytes = 0;
  #head: { inode: number; bytes: number; hash: string } | undefined;

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
      const { stat, headBytes, headHash: hash } = identity;
      const isSame = this.#head === undefined || (this.#head.inode === stat.inode && stat.sizeBytes >= this.#offsetBytes && headHash(fd, this.#head.bytes) === this.#head.hash && !isReadWhole(this.found.file));
      if (!isSame) {
        this.#offsetBytes = 0;
        this.#state = this.found.provider.start(this.found.file, readCompanions(this.found));
      }
      this.#head = { inode: stat.inode, bytes: headBytes, hash };
      const from = { state: this.#state, offsetBytes: this.#offsetBytes, final, isDocument: this.found.file.format === "document" };
      for (const batch of readRecords(contentOf(fd, this.found.file, identity), this.found.provider, from)) {
        this.#state = batch.state;
        this.#offsetBytes = batch.offsetBytes;
        batch.agents.forEach(onLink);
        yield* batch.events;
      }
    } finally {
      closeSync(fd);
    }
  }
}
