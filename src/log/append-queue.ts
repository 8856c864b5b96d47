import { CoreError } from "../errors.js";
import type { EventDraft } from "../schema/event.js";
import type { AppendOptions, AppendResult } from "./append-result.js";
import type { LogSummary } from "./log-summary.js";

/** One append that somebody waits for. */
export interface AskedAppend {
  drafts: readonly EventDraft[];
  options: AppendOptions;
  resolve: (result: AppendResult) => void;
  reject: (error: unknown) => void;
}

/** A log whose lock is held. */
interface GroupedLog {
  /** Appends what `choose` gives when it is told what the log says; of `asked` drafts as many as go. */
  append(choose: (summary: LogSummary) => readonly EventDraft[], asked: number): AppendResult;
  /** Whether the file ends with the lines that are known: of an append that failed nothing is in it. */
  isUntouched(): boolean;
}

/** More are not gathered in one write. */
const mostDrafts = 1000;
/** What follows these goes by what they say. */
const telling = new Set(["session_started", "session_ended", "provider_status"]);

/** Gathers the appends to a log that are asked for in one turn, which go together. */
export class AppendQueue {
  readonly #flush: (asked: readonly AskedAppend[]) => void;
  #gathered: AskedAppend[] | undefined;

  /** @param flush Sees to it that each is resolved or rejected. */
  constructor(flush: (asked: readonly AskedAppend[]) => void) {
    this.#flush = flush;
  }

  add(drafts: readonly EventDraft[], options: AppendOptions): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      if (!this.#gathered) {
        this.#gathered = [];
        // `queueMicrotask` makes a resource for async_hooks each time, which costs as much as the rest of this.
        void Promise.resolve().then(() => this.release());
      }
      this.#gathered.push({ drafts, options, resolve, reject });
    });
  }

  /** Asks at once for what is gathered, so that it comes before what is asked for now. */
  release(): void {
    const gathered = this.#gathered ?? [];
    this.#gathered = undefined;
    if (gathered.length > 0) this.#flush(gathered);
  }
}

/** Appends in order what was asked for, each all or none, in as few writes as that allows. Resolves or rejects each of them. */
export function appendAsked(asked: readonly AskedAppend[], log: GroupedLog): void {
  for (const run of runsOf(asked)) appendRun(run, log);
}

/** Those that can go in one write: none of them goes by what one before it says. */
function* runsOf(asked: readonly AskedAppend[]): Generator<AskedAppend[]> {
  let [run, drafts]: [AskedAppend[], number] = [[], 0];
  for (const one of asked) {
    run.push(one);
    drafts += one.drafts.length;
    if (drafts < mostDrafts && !one.drafts.some(({ kind }) => telling.has(kind.type))) continue;
    yield run;
    [run, drafts] = [[], 0];
  }
  if (run.length > 0) yield run;
}

function appendRun(run: readonly AskedAppend[], log: GroupedLog): void {
  const count = run.reduce((sum, { drafts }) => sum + drafts.length, 0);
  let goes = run;
  try {
    const result = log.append((summary) => {
      goes = run.filter((one) => isLetIn(one, summary));
      return goes.length === 1 && goes[0] ? goes[0].drafts : goes.flatMap(({ drafts }) => drafts);
    }, count);
    share(goes, result);
  } catch (error) {
    // One of them is too large, or all are for the disk: each is told of its own.
    if (goes.length > 1 && error instanceof CoreError && log.isUntouched()) for (const one of goes) appendRun([one], log);
    else for (const one of goes) one.reject(error);
  }
}

function isLetIn({ options, reject }: AskedAppend, summary: LogSummary): boolean {
  try {
    options.guard?.(summary);
    return true;
  } catch (error) {
    reject(error);
    return false;
  }
}

function share(asked: readonly AskedAppend[], whole: AppendResult): void {
  const [only] = asked;
  if (only && asked.length === 1) return only.resolve(whole);
  const endByte = whole.toByte - whole.fromByte;
  let [draft, event] = [0, 0];
  for (const { drafts, resolve } of asked) {
    const seqs = whole.seqs.slice(draft, (draft += drafts.length));
    const first = event;
    for (const seq of seqs) if (seq === whole.events[event]?.seq) event += 1;
    const [from, to] = [whole.starts[first] ?? endByte, whole.starts[event] ?? endByte];
    const starts = whole.starts.slice(first, event).map((start) => start - from);
    const events = whole.events.slice(first, event);
    resolve({ events, seqs, repeated: drafts.length - events.length, fromByte: whole.fromByte + from, toByte: whole.fromByte + to, starts });
  }
}
