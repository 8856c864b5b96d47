import { join } from "node:path";
import { statIfThere } from "../io/stat-if-there.js";
import { backfillStateFile, loadBackfillState } from "./backfill-state.js";
import type { Home } from "./home.js";
import type { OnWarning } from "./json-file.js";

/** What was looked at so recently is not looked at again: an import asks for every new session. */
export const trustedMs = 20;

interface Known {
  stamp: string;
  keys: ReadonlySet<string>;
}

/**
 * The keys (`sessionKey`) in the backfill states of all logs folders of a home: sessions that were imported once. One of them whose log
 * is gone was removed, and is not imported again. Other processes may add to the states at any time.
 */
export class ImportedKeys {
  readonly #home: Home;
  readonly #onWarning: OnWarning;
  readonly #known = new Map<string, Known>();
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(home: Home, onWarning: OnWarning) {
    this.#home = home;
    this.#onWarning = onWarning;
  }

  has(key: string): boolean {
    this.#look();
    for (const { keys } of this.#known.values()) if (keys.has(key)) return true;
    return false;
  }

  #look(): void {
    if (performance.now() - this.#lookedMs < trustedMs) return;
    for (const logsDir of this.#home.possibleLogsDirs()) {
      const stats = statIfThere(join(logsDir, backfillStateFile));
      const stamp = stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs}` : "";
      if (this.#known.get(logsDir)?.stamp === stamp) continue;
      const keys = stats ? loadBackfillState(logsDir, { onWarning: this.#onWarning }).imported_session_keys : [];
      this.#known.set(logsDir, { stamp, keys: new Set(keys) });
    }
    this.#lookedMs = performance.now();
  }
}
