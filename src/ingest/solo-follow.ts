import type { Engine } from "./engine.js";
import { walkRoot, type FoundFile } from "./discover.js";
import { describeFailure } from "./failure.js";
import type { IngestIntervals } from "./intervals.js";
import { headOf } from "./native-file.js";
import type { NativeRoot } from "./native-root.js";
import { Tail } from "./tail.js";
import { withSession } from "./with-session.js";

export interface SoloFollowOptions {
  /** An engine that writes, for followed sessions only. */
  engine: Engine;
  roots: readonly NativeRoot[];
  intervals: IngestIntervals;
  now: () => number;
  onWarning: (message: string) => void;
}

interface Wanted {
  provider: string;
  /** Undefined: the next new one of the workspace. */
  nativeId: string | undefined;
  workspace: string | null;
  sessionId: string;
}

/** Follows the native sessions that sessions of this process asked for, and no others: for a process that imports nothing. */
export class SoloFollow {
  readonly #options: SoloFollowOptions;
  readonly #wanted: Wanted[] = [];
  #tail: Tail | undefined;

  constructor(options: SoloFollowOptions) {
    this.#options = options;
  }

  add(wanted: Wanted): void {
    this.#wanted.push(wanted);
    const { roots, intervals, now } = this.#options;
    const tail = (this.#tail ??= new Tail({ roots, intervals, now, step: (file, options) => this.#step(file, options) }));
    const found: FoundFile[] = [];
    for (const root of roots) {
      for (const content of walkRoot(root)) {
        tail.know(root, content);
        found.push(...content.files);
      }
    }
    tail.start();
    // It may stand there whole, and was nobody's business before.
    for (const file of found) if (this.#isWanted(this.#owned(file))) tail.again(file);
  }

  async close(): Promise<void> {
    await this.#tail?.close();
    this.#options.engine.close();
  }

  async #step(found: FoundFile, { final, metBytes }: { final: boolean; metBytes: number | undefined }): Promise<boolean> {
    const { engine } = this.#options;
    try {
      const owned = this.#owned(found);
      if (!owned || !this.#isWanted(owned)) return true;
      const { waiting } = await engine.run(owned, { final, ...(metBytes === undefined ? {} : { metBytes }) });
      engine.flushIndexes();
      return !waiting;
    } catch (error) {
      // The next look may find the file readable; the sessions of others must not suffer.
      this.#options.onWarning(`Cannot read ${found.file.path}: ${describeFailure(error)}`);
      return false;
    }
  }

  #owned(found: FoundFile): FoundFile | undefined {
    return withSession(found, (path) => this.#options.engine.checkpoints.nativeIdOfFile(path));
  }

  #isWanted(found: FoundFile | undefined): boolean {
    if (!found) return false;
    const { nativeSessionId, provider } = found.file;
    const own = this.#options.engine.checkpoints.session(provider, nativeSessionId)?.sessionId;
    return this.#wanted.some((wanted) => {
      if (wanted.provider !== provider) return false;
      if (own !== undefined) return own === wanted.sessionId;
      if (wanted.nativeId !== undefined) return wanted.nativeId === nativeSessionId;
      const { cwd, isChild = false } = found.file.role === "main" ? headOf(found) : {};
      return cwd === wanted.workspace && !isChild;
    });
  }
}
