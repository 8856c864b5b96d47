import { closeSync } from "node:fs";
import { noBytes, type ByteSource } from "../io/byte-source.js";
import { lesserCompleteness } from "../log/completeness.js";
import type { ParsedEvent } from "../providers/provider.js";
import { isRecent, parseTime } from "../schema/time.js";
import type { NewFileRow, SessionRow } from "./checkpoints.js";
import type { FoundFile } from "./discover.js";
import { factEvent, linkEvent, rewoundEvent } from "./facts.js";
import { goesOn, lostItsEnd, metBytesOf, newFileRow, type OpenedFile } from "./file-row.js";
import { contentOf, identify, isReadWhole, openNative, placeHash, readCompanions } from "./native-file.js";
import { readRecords, type ReadLimits, type RecordBatch } from "./read-records.js";
import { SessionSink, type Appended, type SinkParts, type SinkPlan } from "./session-sink.js";
import type { LogTarget } from "./session-target.js";
import { weaveFacts } from "./weave-facts.js";

export interface FileStepParts extends SinkParts {
  /** Told of every append, in the transaction that moves the checkpoint. */
  onAppend: (appended: Appended) => void;
  limits?: ReadLimits;
}

export interface FileStepOptions {
  /** Say what waits for a successor, too: see `Provider.parse`. */
  final: boolean;
  /** Read from 0, whatever the checkpoint says. */
  force?: boolean;
  /** Size that the file had when it was first met; as it is now where absent. Only for files that no checkpoint knows. */
  metBytes?: number;
  /** Write an agent's events although its session has no log. */
  orphans?: boolean;
}

export interface FileStepResult {
  events: number;
  bytes: number;
  /** Its log was made. */
  created: boolean;
  sessionId?: string;
  /** It named the call of an agent that was not known before. */
  linked: boolean;
  /** It was not read, because what it needs is not there yet; worth another try. */
  waiting: boolean;
}

/** While younger than this a session without a conversation may yet get one. */
const settleMs = 600_000;

/**
 * One native file into its session's log: from its checkpoint to its end, a chunk at a time.
 *
 * Rule for several ingesters: each chunk goes parse → claim → append, without what the log holds by `origin` → checkpoint. The append is under the log's
 * lock, and what stands in the log is looked at there; a checkpoint never runs ahead of its log. So a crash, or another
 * process at the same file, costs work, and no event is written twice or lost.
 *
 * A generator, so that whoever runs it decides what happens between two chunks.
 * @throws System errors of the native file; {CoreError} of the log.
 */
export function* fileStep(found: FoundFile, options: FileStepOptions, parts: FileStepParts): Generator<void, FileStepResult> {
  const result: FileStepResult = { events: 0, bytes: 0, created: false, linked: false, waiting: false };
  const session = parts.checkpoints.sessionOrNew(found.file.provider, found.file.nativeSessionId);
  if (session.sessionId !== undefined) result.sessionId = session.sessionId;
  const fd = openNative(found);
  if (fd === undefined) return result;
  try {
    const step = new FileStep({ fd, found, session, identity: identify(fd), parts, options, result });
    if (!step.begin(fd)) return result;
    for (const batch of step.read(fd)) {
      if (!step.take(batch)) return result;
      yield;
    }
    step.finish();
    return result;
  } finally {
    closeSync(fd);
  }
}

interface StepContext extends OpenedFile {
  fd: number;
  parts: FileStepParts;
  options: FileStepOptions;
  result: FileStepResult;
}

/** A document that was written so recently may be seen half written. */
const documentSettleMs = 3000;

class FileStep {
  readonly #context: StepContext;
  readonly #row: NewFileRow;
  readonly #sink: SessionSink;
  /** Of other sessions that the file holds records of. */
  readonly #others = new Map<string, SessionSink>();
  #content: ByteSource = noBytes;
  /** What there is to say of a file that lost its end. */
  #rewound: ParsedEvent | undefined;
  #state: unknown;
  /** Nothing came since it was read whole. */
  #isReadOut = false;

  constructor(context: StepContext) {
    this.#context = context;
    this.#row = newFileRow(context, context.options.metBytes);
    this.#sink = this.#newSink(context.session);
  }

  /** Finds where to begin. @returns False where there is nothing to read. */
  begin(fd: number): boolean {
    const { found, session, parts, options, identity } = this.#context;
    if (session.foreignLog || parts.targets.isExcluded(session.cwd) || (session.sessionId !== undefined && parts.targets.isRemoved(session))) return this.#skip();
    if (session.logBytes > 0 && !parts.targets.isIntact(session)) parts.checkpoints.readAgain(session);
    const saved = parts.checkpoints.file(found.file.path);
    const isSame = saved !== undefined && !options.force && goesOn(fd, this.#context, saved);
    if (saved) this.#row.metBytes = metBytesOf(this.#context, saved);
    if (isSame) {
      this.#row.offsetBytes = saved.offsetBytes;
      this.#row.lastTs = saved.lastTs;
      this.#state = parts.checkpoints.state(saved);
      this.#isReadOut = isReadWhole(found.file);
      // A beginning that says nothing, such as a header, has told the log nothing of the file either.
      if (saved.lastTs !== undefined) this.#sink.goesOn();
    } else if (saved && lostItsEnd(this.#context, saved)) {
      this.#rewound = rewoundEvent({ fromBytes: saved.offsetBytes, toBytes: identity.stat.sizeBytes }, saved.lastTs);
    }
    this.#state ??= found.provider.start(found.file, readCompanions(found));
    return true;
  }

  read(fd: number): Generator<RecordBatch, void> {
    const { found, identity, parts } = this.#context;
    const isDocument = found.file.format === "document";
    const from = { state: this.#state, offsetBytes: this.#row.offsetBytes, final: this.#isFinal, isDocument };
    this.#content = this.#isReadOut ? noBytes : contentOf(fd, found.file, identity);
    return readRecords(this.#content, found.provider, from, parts.limits);
  }

  /** Writes one chunk's events and moves the checkpoint. @returns False where the file cannot go on. */
  take(batch: RecordBatch): boolean {
    const { session, parts, result } = this.#context;
    if (batch.events.length > 0) this.#sink.lookAhead();
    const plans = parts.checkpoints.transaction(() => {
      parts.checkpoints.keep(session);
      const links = batch.agents.filter(({ agentId, parentToolId }) => parts.checkpoints.saveLink(session.key, agentId, parentToolId));
      result.linked ||= links.length > 0;
      const rewound = batch.isLast && this.#rewound ? [this.#rewound] : [];
      return this.#plans(batch, [...this.#lateLinks(links, batch), ...rewound]);
    });
    for (const { sink, plan, settled } of plans) {
      if (plan.target.to === "log") {
        this.#append(sink, plan.target, plan);
        parts.sideFacts.settle(settled);
      } else if (plan.target.to === "later" || plan.target.to === "unfollowed") return this.#wait();
      else if (sink === this.#sink) return this.#skip();
    }
    result.bytes += batch.bytes;
    this.#row.offsetBytes = batch.offsetBytes;
    this.#row.lastTs = batch.events.findLast((event) => event.ts !== undefined)?.ts ?? this.#row.lastTs;
    this.#state = batch.state;
    if (!batch.isLast || !this.#isFinal) this.#save();
    return true;
  }

  /**
   * After the end of the file: judges how much of the session it holds.
   * @throws The fault of content that ends before its end; what came before it is written, and only a change brings another try.
   */
  finish(): void {
    const { found, options, result, identity } = this.#context;
    const { fault } = this.#content;
    if (fault) {
      this.#row.settled = true;
      this.#save();
      throw fault;
    }
    // What is not whole yet is tried again.
    if (found.file.format === "document" && !this.#isReadOut && this.#row.offsetBytes === 0 && identity.stat.sizeBytes > 0) result.waiting = true;
    const isFinal = this.#isFinal;
    result.waiting ||= options.final && !isFinal;
    if (!isFinal) return;
    this.#row.settled = this.#judge();
    this.#save();
  }

  get #isFinal(): boolean {
    const { found, options, identity, parts } = this.#context;
    const isFresh = found.file.format === "document" && isRecent(identity.stat.mtimeMs, parts.now(), documentSettleMs);
    return options.final && (!isFresh || this.#isReadOut);
  }

  #newSink(session: SessionRow): SessionSink {
    const { found, parts, options, identity } = this.#context;
    const own: FoundFile = { ...found, file: { ...found.file, nativeSessionId: session.nativeId } };
    return new SessionSink({ parts, found: own, session, mtimeMs: identity.stat.mtimeMs, metBytes: () => this.#row.metBytes, orphans: options.orphans ?? false });
  }

  #sinkOf(nativeSessionId: string): SessionSink {
    const { found, session, parts } = this.#context;
    if (nativeSessionId === session.nativeId) return this.#sink;
    const known = this.#others.get(nativeSessionId) ?? this.#newSink(parts.checkpoints.ensureSession(found.file.provider, nativeSessionId));
    this.#others.set(nativeSessionId, known);
    return known;
  }

  /** Where the events of a batch go, session by session, with what other files tell of them. */
  #plans(batch: RecordBatch, news: readonly ParsedEvent[]): { sink: SessionSink; plan: SinkPlan; settled: number[] }[] {
    const { session, parts } = this.#context;
    const events = [...batch.events, ...news];
    const ids = new Set([session.nativeId, ...events.map((event) => event.nativeSessionId ?? session.nativeId)]);
    return [...ids].flatMap((id) => {
      const sink = this.#sinkOf(id);
      const own = events.filter((event) => (event.nativeSessionId ?? session.nativeId) === id);
      const woven = this.#weave(sink, own, batch.isLast);
      const plan = woven.events.length > 0 ? sink.plan(woven.events) : undefined;
      if (plan?.target.to === "log") parts.sideFacts.claim(woven.settled, sink.session);
      return plan ? [{ sink, plan, settled: woven.settled }] : [];
    });
  }

  #weave(sink: SessionSink, events: readonly ParsedEvent[], isLast: boolean): { events: ParsedEvent[]; settled: number[] } {
    const { found, parts } = this.#context;
    const { session } = sink;
    const startedTs = events.find(({ kind }) => kind.type === "session_started")?.ts;
    const loggedMs = (): number | undefined => (session.sessionId === undefined ? undefined : parts.logs.startedMs(session.sessionId));
    const startedMs = (): number | undefined => (startedTs === undefined ? loggedMs() : parseTime(startedTs));
    const facts = found.file.role === "main" ? parts.sideFacts.pending(session, { path: found.file.path, startedMs }) : [];
    // What was told of a session that has no log yet waits for its first event.
    if (facts.length === 0 || (events.length === 0 && session.sessionId === undefined)) return { events: [...events], settled: [] };
    return weaveFacts(events, facts, { isLast, lastTs: this.#row.lastTs, startedMs });
  }

  /** Calls of agents whose events were written before they were known. */
  #lateLinks(links: readonly { agentId: string; parentToolId: string }[], batch: RecordBatch): ParsedEvent[] {
    const { found, session, parts } = this.#context;
    if (links.length === 0) return [];
    const said = parts.checkpoints.filesOf(session).filter((file) => file.role === "agent" && file.offsetBytes > 0);
    const files = said.flatMap(({ path }) => found.provider.classify(found.root.dir, found.root.relativePath(path)) ?? []);
    const late = new Set(files.flatMap(({ agentId, isLinkedLate }) => (isLinkedLate && agentId !== undefined ? [agentId] : [])));
    return links.filter(({ agentId }) => late.has(agentId)).map((link) => linkEvent(link, { offsetBytes: batch.offsetBytes, ts: batch.events.at(-1)?.ts }));
  }

  #append(sink: SessionSink, target: LogTarget, { drafts }: SinkPlan): void {
    const { result } = this.#context;
    const { created } = target;
    const count = sink.append(target, drafts());
    result.events += count;
    result.created ||= created && count > 0;
    if (sink === this.#sink || result.sessionId === undefined) result.sessionId = target.sessionId;
    if (sink !== this.#sink) this.#context.parts.checkpoints.saveSession(sink.session);
  }

  /**
   * Says in the log where the native file holds less than the session.
   * @returns False where it is too early to tell: a session that began a moment ago has no conversation either.
   */
  #judge(): boolean {
    const { found, session, parts } = this.#context;
    const completeness = found.provider.completeness(this.#state);
    if (found.file.role !== "main" || completeness === "full" || session.sessionId === undefined || !parts.targets.isIntact(session)) return true;
    const { completeness: known, followed } = parts.logs.nature(session.sessionId);
    if (followed || lesserCompleteness(known, completeness) === known) return true;
    if (completeness === "metadata_only" && (this.#isFresh() || this.#hasOtherMain())) return !this.#isFresh();
    parts.logs.lowerCompleteness(session.sessionId, completeness);
    const sourceKind = this.#row.offsetBytes <= this.#row.metBytes ? "backfill" : "provider_file";
    const target: LogTarget = { to: "log", sessionId: session.sessionId, path: "", created: false, make: undefined, followed, bound: false };
    this.#append(this.#sink, target, { target, drafts: () => [factEvent("completeness", completeness, { sourceKind, ts: this.#row.lastTs })] });
    return true;
  }

  /** What has no conversation may be a stray beside the file that has it (Gemini leaves one at each resume). */
  #hasOtherMain(): boolean {
    const { found, session, parts } = this.#context;
    return parts.checkpoints.filesOf(session).some((file) => file.role === "main" && file.path !== found.file.path && file.offsetBytes > 0);
  }

  #isFresh(): boolean {
    const { identity, parts } = this.#context;
    const lastMs = this.#row.lastTs === undefined ? undefined : parseTime(this.#row.lastTs);
    return isRecent(Math.min(identity.stat.mtimeMs, lastMs ?? identity.stat.mtimeMs), parts.now(), settleMs);
  }

  #wait(): false {
    this.#context.result.waiting = true;
    return false;
  }

  #skip(): false {
    this.#row.skipped = true;
    this.#row.settled = true;
    this.#state = undefined;
    this.#save();
    return false;
  }

  #save(): void {
    const { fd, found, session, parts } = this.#context;
    if (!isReadWhole(found.file)) this.#row.placeHash = placeHash(fd, this.#row.offsetBytes);
    parts.checkpoints.transaction(() => {
      for (const sink of [this.#sink, ...this.#others.values()]) for (const appended of sink.takeAppended()) parts.onAppend(appended);
      parts.checkpoints.save(session, this.#row, this.#state);
    });
  }
}
