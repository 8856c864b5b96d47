import { closeSync } from "node:fs";
import { lesserCompleteness } from "../log/completeness.js";
import type { ParsedEvent } from "../providers/provider.js";
import type { AgentLogEvent, EventDraft } from "../schema/event.js";
import { parseTime } from "../schema/time.js";
import type { Checkpoints, FileRow, SessionRow } from "./checkpoints.js";
import type { Claims } from "./claims.js";
import type { FoundFile } from "./discover.js";
import { toEventDraft } from "./draft.js";
import type { EngineLogs } from "./engine-logs.js";
import { factEvent, orphanStart } from "./facts.js";
import { headHash, identify, openNative, headOf, readCompanions, type FileIdentity } from "./native-file.js";
import { readRecords, type ReadLimits, type RecordBatch } from "./read-records.js";
import type { SaidPrompts } from "./said-prompts.js";
import type { LogTarget, NoTarget, SessionTargets } from "./session-target.js";

/** What was written to a log. `created`: the log was made for it. */
export interface Appended {
  sessionId: string;
  events: readonly AgentLogEvent[];
  created: boolean;
}

export interface FileStepParts {
  logs: EngineLogs;
  checkpoints: Checkpoints;
  claims: Claims;
  prompts: SaidPrompts;
  targets: SessionTargets;
  /** Told of every append, in the transaction that moves the checkpoint. */
  onAppend: (appended: Appended) => void;
  now: () => number;
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
  const result: FileStepResult = { events: 0, bytes: 0, created: false, waiting: false };
  const session = parts.checkpoints.ensureSession(found.file.provider, found.file.nativeSessionId);
  if (session.sessionId !== undefined) result.sessionId = session.sessionId;
  const fd = openNative(found);
  if (fd === undefined) return result;
  try {
    const step = new FileStep({ found, session, identity: identify(fd), parts, options, result });
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

interface StepContext {
  found: FoundFile;
  session: SessionRow;
  identity: FileIdentity;
  parts: FileStepParts;
  options: FileStepOptions;
  result: FileStepResult;
}

class FileStep {
  readonly #context: StepContext;
  readonly #row: Omit<FileRow, "key">;
  #state: unknown;
  #log: LogTarget | undefined;
  #isSourceSaid = false;
  readonly #untold: Appended[] = [];

  constructor(context: StepContext) {
    this.#context = context;
    this.#row = newRow(context);
  }

  /** Finds where to begin. @returns False where there is nothing to read. */
  begin(fd: number): boolean {
    const { found, session, parts, options, identity } = this.#context;
    if (session.foreignLog || parts.targets.isExcluded(session.cwd)) return this.#skip();
    if (session.logBytes > 0 && !parts.targets.isIntact(session)) parts.checkpoints.readAgain(session);
    const saved = parts.checkpoints.file(found.file.path);
    const goesOn = saved !== undefined && !options.force && this.#goesOn(fd, saved);
    if (saved) {
      const isReplaced = saved.inode !== identity.stat.inode || identity.stat.sizeBytes < saved.offsetBytes;
      this.#row.metBytes = isReplaced ? 0 : saved.metBytes;
    }
    if (goesOn) {
      this.#row.offsetBytes = saved.offsetBytes;
      this.#row.lastTs = saved.lastTs;
      this.#state = parts.checkpoints.state(saved);
      this.#isSourceSaid = session.sessionId !== undefined && saved.offsetBytes > 0;
    }
    this.#state ??= found.provider.start(found.file, readCompanions(found));
    return true;
  }

  read(fd: number): Generator<RecordBatch, void> {
    const { found, options, identity, parts } = this.#context;
    const from = { state: this.#state, offsetBytes: this.#row.offsetBytes, endBytes: identity.stat.sizeBytes, final: options.final };
    return readRecords(fd, found.provider, from, parts.limits);
  }

  /** Writes one chunk's events and moves the checkpoint. @returns False where the file cannot go on. */
  take(batch: RecordBatch): boolean {
    const { session, parts, result } = this.#context;
    const plan = parts.checkpoints.transaction(() => {
      for (const { agentId, parentToolId } of batch.agents) parts.checkpoints.saveLink(session.key, agentId, parentToolId);
      return batch.events.length > 0 ? this.#plan(batch.events) : undefined;
    });
    if (plan && plan.target.to !== "log") return plan.target.to === "later" || plan.target.to === "unfollowed" ? this.#wait() : this.#skip();
    if (plan?.target.to === "log") this.#append(plan.target, plan.drafts);
    result.bytes += batch.bytes;
    this.#row.offsetBytes = batch.offsetBytes;
    this.#row.lastTs = batch.events.findLast((event) => event.ts !== undefined)?.ts ?? this.#row.lastTs;
    this.#state = batch.state;
    if (!batch.isLast || !this.#context.options.final) this.#save();
    return true;
  }

  /** After the end of the file: judges how much of the session it holds. */
  finish(): void {
    if (!this.#context.options.final) return;
    this.#row.settled = this.#judge();
    this.#save();
  }

  #goesOn(fd: number, saved: FileRow): boolean {
    const { identity } = this.#context;
    if (saved.skipped || saved.headHash === "" || saved.inode !== identity.stat.inode || identity.stat.sizeBytes < saved.offsetBytes) return false;
    return saved.headBytes <= identity.headBytes && headHash(fd, saved.headBytes) === saved.headHash;
  }

  #resolve(events: readonly ParsedEvent[]): LogTarget | NoTarget {
    if (this.#log) return this.#log;
    const { found, session, parts, options, identity } = this.#context;
    const isPart = found.file.role !== "main";
    if (isPart && !options.orphans && !parts.targets.isIntact(session)) return { to: "later" };
    const start = events.find((event) => event.kind.type === "session_started")?.kind;
    const cwd = start?.type === "session_started" ? start.cwd : isPart ? headOf(found).cwd : undefined;
    const target = parts.targets.resolve(session, { cwd: cwd ?? undefined, writtenMs: identity.stat.mtimeMs });
    if (target.to === "log") this.#log = target;
    return target;
  }

  /** Where the events go, and what of them is to be written there; both are kept before a byte is written. */
  #plan(events: readonly ParsedEvent[]): { target: LogTarget | NoTarget; drafts: EventDraft[] } {
    const target = this.#resolve(events);
    if (target.to !== "log") return { target, drafts: [] };
    const { found, session, parts } = this.#context;
    const admitted = parts.claims.admit(session.key, events);
    const told = target.followed && target.path !== "" ? parts.prompts.withoutSaid(session.key, target.path, admitted) : admitted;
    const linkOf = (agentId: string): string | undefined => parts.checkpoints.link(session.key, agentId);
    const drafts = told.map((event) => toEventDraft(event, { found, metBytes: this.#row.metBytes, followed: target.followed, linkOf }));
    return { target, drafts: [...this.#introduction(target, drafts), ...drafts] };
  }

  /** What a log is told of a file before its events: the native id that it follows from now on, and that this file is a source. */
  #introduction(target: LogTarget, drafts: readonly EventDraft[]): EventDraft[] {
    const { found, session, parts } = this.#context;
    const about = { sourceKind: drafts[0]?.sourceKind ?? ("provider_file" as const), ts: drafts[0]?.ts };
    const facts = target.bound ? [factEvent("provider_session_id", session.nativeId, about)] : [];
    target.bound = false;
    if (this.#isSourceSaid) return facts;
    this.#isSourceSaid = true;
    const { path } = found.file;
    if (target.created && drafts[0]?.kind.type === "session_started") return facts;
    if (!target.created && parts.logs.firstSources(target.sessionId).includes(path)) return facts;
    if (target.created) return [orphanStart(found, { cwd: session.cwd, ...about })];
    return [...facts, factEvent("source_path", path, about)];
  }

  #append(target: LogTarget, drafts: readonly EventDraft[]): void {
    if (drafts.length === 0) return;
    const { session, parts, result } = this.#context;
    const { events, sizeBytes } = parts.logs.append(target.sessionId, drafts);
    session.logBytes = sizeBytes;
    result.sessionId = target.sessionId;
    result.events += events.length;
    if (events.length === 0) return;
    result.created ||= target.created;
    this.#untold.push({ sessionId: target.sessionId, events, created: target.created });
    target.created = false;
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
    if (completeness === "metadata_only" && this.#isFresh()) return false;
    parts.logs.lowerCompleteness(session.sessionId, completeness);
    const sourceKind = this.#row.offsetBytes <= this.#row.metBytes ? "backfill" : "provider_file";
    const target: LogTarget = { to: "log", sessionId: session.sessionId, path: "", created: false, followed, bound: false };
    this.#append(target, [factEvent("completeness", completeness, { sourceKind, ts: this.#row.lastTs })]);
    return true;
  }

  #isFresh(): boolean {
    const { identity, parts } = this.#context;
    const lastMs = this.#row.lastTs === undefined ? undefined : parseTime(this.#row.lastTs);
    return parts.now() - Math.min(identity.stat.mtimeMs, lastMs ?? identity.stat.mtimeMs) < settleMs;
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
    const { session, parts } = this.#context;
    parts.checkpoints.transaction(() => {
      for (const appended of this.#untold.splice(0)) parts.onAppend(appended);
      parts.checkpoints.save(session, this.#row, this.#state);
    });
  }
}

function newRow({ found, session, identity, options }: StepContext): Omit<FileRow, "key"> {
  const { inode, sizeBytes, mtimeMs } = identity.stat;
  return {
    path: found.file.path,
    session: session.key,
    role: found.file.role,
    inode,
    sizeBytes,
    mtimeMs,
    headBytes: identity.headBytes,
    headHash: identity.headHash,
    offsetBytes: 0,
    metBytes: options.metBytes ?? sizeBytes,
    settled: false,
    skipped: false,
    lastTs: undefined,
  };
}
