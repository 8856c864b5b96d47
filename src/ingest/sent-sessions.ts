import type { Engine } from "./engine.js";
import { fromSent, type HelpNeeds, type SentSession } from "./import-helper.js";
import type { NativeRoot } from "./native-root.js";
import { SessionImport, type SessionImportOptions, type SessionOutcome } from "./session-import.js";

export interface SentSessionsOptions extends SessionImportOptions, HelpNeeds {
  /** The roots of a provider, by its name. */
  rootsOf: (provider: string) => readonly NativeRoot[];
}

/**
 * The helper's side of an import: reads what another process found and sent. All by one engine, as that process does: checkpoints that are
 * deleted meanwhile are shared to the end, and damage is its matter.
 */
export class SentSessions {
  readonly #engine: Engine;
  readonly #sessions: SessionImport;
  readonly #rootsOf: SentSessionsOptions["rootsOf"];

  /** @throws {RangeError} where the engine has opened another `import.sqlite`, or keeps none. */
  constructor(engine: Engine, { rootsOf, checkpointInode, ...options }: SentSessionsOptions) {
    if (engine.checkpointInode !== checkpointInode) throw new RangeError(`Cannot help: import.sqlite is inode ${engine.checkpointInode}, must be ${checkpointInode}`);
    this.#engine = engine;
    this.#sessions = new SessionImport(engine, options);
    this.#rootsOf = rootsOf;
  }

  /** @throws As `SessionImport.run()`; {RangeError} where its files lie in no root of its provider. */
  async run(sent: SentSession): Promise<SessionOutcome> {
    const { files, isDue } = fromSent(sent, this.#rootsOf(sent.provider));
    return this.#sessions.run(files, { isDue });
  }

  /** Writes what the indexes have yet to learn. */
  close(): void {
    this.#engine.flushIndexes();
  }
}
