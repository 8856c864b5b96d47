import type { EventDraft } from "../schema/event.js";

/** What a log holds already: key, or origin → seq. Absent where it need not be asked. */
export interface HeldNames {
  keys: ReadonlyMap<string, number> | undefined;
  origins: ReadonlyMap<string, number> | undefined;
}

export interface AppendPlan {
  /** Drafts to be written, from the next seq on. */
  fresh: readonly EventDraft[];
  /** One for each draft given. */
  seqs: number[];
}

/** Leaves out the drafts that the log, or an earlier draft of the batch, said already. */
export function planAppend(drafts: readonly EventDraft[], held: HeldNames, nextSeq: number): AppendPlan {
  if (!held.keys && !held.origins) return { fresh: drafts, seqs: drafts.map((_, at) => nextSeq + at) };
  const [fresh, seqs]: [EventDraft[], number[]] = [[], []];
  const keys = new Names(held.keys);
  const origins = new Names(held.origins);
  for (const draft of drafts) {
    const earlier = keys.get(draft.extras?.key) ?? origins.get(draft.extras?.origin);
    const seq = earlier ?? nextSeq + fresh.length;
    seqs.push(seq);
    if (earlier !== undefined) continue;
    fresh.push(draft);
    keys.add(draft.extras?.key, seq);
    origins.add(draft.extras?.origin, seq);
  }
  return { fresh, seqs };
}

/** The names of the log, and those of the batch over them. */
class Names {
  readonly #held: ReadonlyMap<string, number> | undefined;
  readonly #added = new Map<string, number>();

  constructor(held: ReadonlyMap<string, number> | undefined) {
    this.#held = held;
  }

  get(name: string | undefined): number | undefined {
    if (name === undefined || !this.#held) return undefined;
    return this.#held.get(name) ?? this.#added.get(name);
  }

  add(name: string | undefined, seq: number): void {
    if (name !== undefined && this.#held) this.#added.set(name, seq);
  }
}
