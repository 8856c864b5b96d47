import type { SessionRow } from "./checkpoints.js";

/** Sessions of which nothing has to be read, for the report's numbers: a number for each, whatever files it has. */
export class UnchangedSessions {
  /** When the newest file was written, by session, by provider. */
  readonly #writtenMs = new Map<string, Map<number, number>>();

  /** One of its files is as it was. */
  note({ provider, key }: SessionRow, mtimeMs: number): void {
    const sessions = this.#writtenMs.get(provider) ?? new Map<number, number>();
    this.#writtenMs.set(provider, sessions);
    sessions.set(key, Math.max(sessions.get(key) ?? 0, mtimeMs));
  }

  /** Another of its files has to be read. */
  drop({ provider, key }: SessionRow): void {
    this.#writtenMs.get(provider)?.delete(key);
  }

  /** How many there are of each provider, of those written at or after `sinceMs`. */
  *counts(sinceMs: number): Generator<{ provider: string; count: number }> {
    for (const [provider, sessions] of this.#writtenMs) {
      let count = 0;
      for (const mtimeMs of sessions.values()) if (mtimeMs >= sinceMs) count += 1;
      if (count > 0) yield { provider, count };
    }
  }
}
