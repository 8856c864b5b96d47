import type { ParsedEvent } from "../providers/provider.js";
import type { CheckpointDb } from "./checkpoint-db.js";
import { RecordOwners, keyBits, packKeys, unpackKeys } from "./record-keys.js";

/**
 * Who may say what. A record whose key is unique in the world belongs to the session that claimed it first: copies of it in resumed and
 * forked files are left out. A `onceKey` belongs to the first origin in its session. Claims are kept before the events are written, so
 * that two ingesters never both write; a claimed event that was not written is written by its own session when that is read again.
 */
export class Claims {
  readonly #db: CheckpointDb;
  readonly #isAlive: (session: number) => boolean;
  #owners = new RecordOwners();
  #takenIn = 0;

  /** @param isAlive Whether a session still has its log; one that has not loses its claims. */
  constructor(db: CheckpointDb, isAlive: (session: number) => boolean) {
    this.#db = db;
    this.#isAlive = isAlive;
  }

  /** Claims what `events` say for `session`. @returns Those that it may say. */
  admit(session: number, events: readonly ParsedEvent[]): ParsedEvent[] {
    if (!events.some((event) => event.sharedKey !== undefined || event.onceKey !== undefined)) return [...events];
    return this.#wholly(() => {
      const mine = this.claimRecords(
        session,
        events.flatMap((event) => sharedKeyOf(event) ?? []),
      );
      const own = events.filter((event) => {
        const sharedKey = sharedKeyOf(event);
        return sharedKey === undefined || mine.has(sharedKey);
      });
      return this.#claimAllOnce(session, own);
    });
  }

  /** @returns Those of `keys` that belong to `session` now. */
  claimRecords(session: number, keys: readonly string[]): Set<string> {
    return this.#wholly(() => {
      this.#takeInOthers();
      const mine = new Set<string>();
      const fresh: { high: number; low: number }[] = [];
      for (const key of new Set(keys)) {
        const bits = keyBits(key);
        const owner = this.#owners.get(bits.high, bits.low);
        if (owner !== undefined && owner !== session && this.#isAlive(owner)) continue;
        mine.add(key);
        if (owner !== session) fresh.push(bits);
      }
      if (fresh.length === 0) return mine;
      const { rowId } = this.#db.run("INSERT INTO record_keys (session, keys) VALUES (?, ?)", session, packKeys(fresh));
      for (const { high, low } of fresh) this.#owners.set(high, low, session);
      this.#takenIn = rowId;
      return mine;
    });
  }

  /** Notes that `origin` has said `onceKey`, where nothing did before. @returns Whether it is the one that may. */
  claimOnce(session: number, onceKey: string, origin: string): boolean {
    const claim = [onceKey, origin];
    if (this.#insertOnce(session, [claim]) > 0) return true;
    const sql = "SELECT 1 AS one FROM once_keys WHERE session = ?1 AND once_key = ?2 ->> 0 AND origin = ?2 ->> 1";
    return this.#db.get(sql, session, JSON.stringify(claim)) !== undefined;
  }

  /** What is held in memory must not survive a transaction that did not. */
  #wholly<T>(fn: () => T): T {
    let done = false;
    try {
      const result = this.#db.transaction(fn);
      done = true;
      return result;
    } finally {
      if (!done) {
        this.#owners = new RecordOwners();
        this.#takenIn = 0;
      }
    }
  }

  /** As `claimOnce` for each that has a key, mostly by one statement for all. */
  #claimAllOnce(session: number, events: ParsedEvent[]): ParsedEvent[] {
    const claims = events.flatMap(({ onceKey, origin }) => (onceKey === undefined ? [] : [[onceKey, origin]]));
    if (claims.length === 0) return events;
    if (this.#insertOnce(session, claims) === claims.length) return events;
    return events.filter(({ onceKey, origin }) => onceKey === undefined || this.claimOnce(session, onceKey, origin));
  }

  /** @param claims Key and origin of each. As JSON they may hold any character. @returns How many keys were new. */
  #insertOnce(session: number, claims: readonly (readonly string[])[]): number {
    const sql = "INSERT OR IGNORE INTO once_keys (session, once_key, origin) SELECT ?1, value ->> 0, value ->> 1 FROM json_each(?2)";
    return this.#db.run(sql, session, JSON.stringify(claims)).changes;
  }

  /** Row numbers only grow, and a writer holds the lock from its look to its insert: what is new stands behind what was seen. */
  #takeInOthers(): void {
    for (const row of this.#db.all("SELECT id, session, keys FROM record_keys WHERE id > ? ORDER BY id", this.#takenIn)) {
      for (const { high, low } of unpackKeys(row["keys"] as Uint8Array)) this.#owners.set(high, low, Number(row["session"]));
      this.#takenIn = Number(row["id"]);
    }
  }
}

/** Each session has a start of its own, also where a copied record tells it. */
function sharedKeyOf(event: ParsedEvent): string | undefined {
  return event.kind.type === "session_started" ? undefined : event.sharedKey;
}
