import type { ParsedEvent } from "../providers/provider.js";
import type { AgentLogEvent, EventDraft } from "../schema/event.js";
import { isRecent } from "../schema/time.js";
import type { Checkpoints, SessionRow } from "./checkpoints.js";
import type { Claims } from "./claims.js";
import type { FoundFile } from "./discover.js";
import { toEventDraft } from "./draft.js";
import type { EngineLogs } from "./engine-logs.js";
import { factEvent, orphanStart } from "./facts.js";
import { headOf } from "./native-file.js";
import type { SaidPrompts } from "./said-prompts.js";
import type { LogTarget, NoTarget, SessionTargets, TargetLook } from "./session-target.js";
import type { SideFacts } from "./side-facts.js";

/** What was written to a log. `created`: the log was made for it. */
export interface Appended {
  sessionId: string;
  events: readonly AgentLogEvent[];
  created: boolean;
  /** The log holds lines that no checkpoint knows of: who wrote them may have been killed before it told the index. */
  isAhead: boolean;
}

/** What reading a native file into logs needs of the engine. */
export interface SinkParts {
  logs: EngineLogs;
  checkpoints: Checkpoints;
  claims: Claims;
  prompts: SaidPrompts;
  targets: SessionTargets;
  sideFacts: SideFacts;
  now: () => number;
}

export interface SinkContext {
  parts: SinkParts;
  /** The file, as one of this session. */
  found: FoundFile;
  session: SessionRow;
  /** When the file was last written. */
  mtimeMs: number;
  /** Size of the file when it was first met. */
  metBytes: () => number;
  /** Write an agent's events although its session has no log, or its call is not known yet. */
  orphans: boolean;
}

/** What is to be written to a log. */
export interface SinkPlan {
  target: LogTarget | NoTarget;
  /** Made when they are to be written: that may read files, and others wait while a plan is made. */
  drafts: () => EventDraft[];
}

/** A session that was written so recently may yet name the call of its agent. */
const linkWaitMs = 60_000;

/** The log of one native session, while one of its files is read into it. */
export class SessionSink {
  readonly session: SessionRow;
  readonly #context: SinkContext;
  readonly #untold: Appended[] = [];
  #log: LogTarget | undefined;
  #looked: TargetLook | undefined;
  #isSourceSaid = false;

  constructor(context: SinkContext) {
    this.#context = context;
    this.session = context.session;
  }

  /** What came before went to this log already: it was told of the file. */
  goesOn(): void {
    this.#isSourceSaid = this.session.sessionId !== undefined;
  }

  /** Looks for the log, where that is to be looked for: to be called before the transaction that makes a plan. */
  lookAhead(): void {
    this.#looked = this.#log || this.session.sessionId !== undefined ? undefined : this.#context.parts.targets.look(this.session);
  }

  /** Where the events go, and what of them is to be written there; both are kept before a byte is written. */
  plan(events: readonly ParsedEvent[]): SinkPlan {
    const target = this.#resolve(events);
    if (target.to !== "log") return { target, drafts: () => [] };
    const { parts } = this.#context;
    const admitted = parts.claims.admit(this.session.key, events);
    const told = target.followed && target.path !== "" ? parts.prompts.withoutSaid(this.session.key, target.path, admitted) : admitted;
    return { target, drafts: () => this.#drafts(target, told) };
  }

  /** @returns How many events the log did not hold yet. */
  append(target: LogTarget, drafts: readonly EventDraft[]): number {
    if (drafts.length === 0) return 0;
    target.make?.();
    target.make = undefined;
    const { events, fromBytes, sizeBytes } = this.#context.parts.logs.append(target.sessionId, drafts);
    const knownBytes = this.session.logBytes;
    // A log that others write to as well grows without us; its index is theirs to tell.
    const isAhead = fromBytes > knownBytes && (knownBytes === 0 || events.length === 0);
    this.session.logBytes = sizeBytes;
    if (events.length > 0 || isAhead) this.#untold.push({ sessionId: target.sessionId, events, created: target.created, isAhead });
    if (events.length > 0) target.created = false;
    return events.length;
  }

  /** What was appended since the last call. */
  takeAppended(): Appended[] {
    return this.#untold.splice(0);
  }

  #drafts(target: LogTarget, events: readonly ParsedEvent[]): EventDraft[] {
    const { found, parts, metBytes } = this.#context;
    const links = new Map<string, string | undefined>();
    const linkOf = (agentId: string): string | undefined => {
      if (!links.has(agentId)) links.set(agentId, parts.checkpoints.link(this.session.key, agentId));
      return links.get(agentId);
    };
    const drafts = events.map((event) => toEventDraft(event, { found, metBytes: metBytes(), followed: target.followed, linkOf }));
    return [...this.#introduction(target, drafts), ...drafts];
  }

  #resolve(events: readonly ParsedEvent[]): LogTarget | NoTarget {
    if (this.#log) return this.#log;
    const { found, parts, orphans, mtimeMs } = this.#context;
    const isPart = found.file.role !== "main";
    if (isPart && !orphans && !parts.targets.isIntact(this.session)) return { to: "later" };
    if (this.#waitsForLink()) return { to: "later" };
    const start = events.find((event) => event.kind.type === "session_started")?.kind;
    const cwd = start?.type === "session_started" ? start.cwd : isPart ? headOf(found).cwd : undefined;
    const isChild = start?.type === "session_started" && start.parent_session_id !== undefined;
    const target = parts.targets.resolve(this.session, { cwd: cwd ?? undefined, writtenMs: mtimeMs, isChild }, this.#looked);
    if (target.to === "log") this.#log = target;
    return target;
  }

  /** Whether the call that spawned the file's agent is not told yet, and may still be. */
  #waitsForLink(): boolean {
    const { found, parts, mtimeMs } = this.#context;
    const { agentId, isLinkedLate = false } = found.file;
    if (!isLinkedLate || agentId === undefined || parts.checkpoints.link(this.session.key, agentId) !== undefined) return false;
    const lastMs = Math.max(mtimeMs, ...parts.checkpoints.filesOf(this.session).map((file) => file.mtimeMs));
    return isRecent(lastMs, parts.now(), linkWaitMs);
  }

  /** What a log is told of a file before its events: the native id that it follows from now on, and that this file is a source. */
  #introduction(target: LogTarget, drafts: readonly EventDraft[]): EventDraft[] {
    const { found, parts } = this.#context;
    const about = { sourceKind: drafts[0]?.sourceKind ?? ("provider_file" as const), ts: drafts[0]?.ts };
    const facts = target.bound ? [factEvent("provider_session_id", this.session.nativeId, about)] : [];
    target.bound = false;
    if (this.#isSourceSaid) return facts;
    this.#isSourceSaid = true;
    const { path } = found.file;
    if (target.created && drafts[0]?.kind.type === "session_started") return facts;
    if (!target.created && parts.logs.firstSources(target.sessionId).includes(path)) return facts;
    if (target.created) return [orphanStart(found, { cwd: this.session.cwd, ...about })];
    return [...facts, factEvent("source_path", path, about)];
  }
}
