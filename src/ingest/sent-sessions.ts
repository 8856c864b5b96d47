import type { Engine } from "./engine.js";
import type { Engines } from "./engines.js";
import { fromSent, type SentSession } from "./import-helper.js";
import type { NativeRoot } from "./native-root.js";
import { SessionImport, type SessionImportOptions, type SessionOutcome } from "./session-import.js";

export interface SentSessionsOptions extends SessionImportOptions {
  engines: Engines;
  /** The roots of a provider, by its name. */
  rootsOf: (provider: string) => readonly NativeRoot[];
}

/** The helper's side of an import: reads what another process found and sent. */
export class SentSessions {
  readonly #options: SentSessionsOptions;
  #reading: { engine: Engine; sessions: SessionImport } | undefined;

  constructor(options: SentSessionsOptions) {
    this.#options = options;
  }

  /** @throws As `SessionImport.run()`; {RangeError} where its files lie in no root of its provider. */
  run(sent: SentSession): Promise<SessionOutcome> {
    const { files, isDue } = fromSent(sent, this.#options.rootsOf(sent.provider));
    return this.#options.engines.use((engine) => this.#sessions(engine).run(files, { isDue }));
  }

  /** Writes what the indexes have yet to learn. */
  close(): void {
    this.#reading?.engine.flushIndexes();
  }

  #sessions(engine: Engine): SessionImport {
    if (this.#reading?.engine !== engine) this.#reading = { engine, sessions: new SessionImport(engine, this.#options) };
    return this.#reading.sessions;
  }
}
