import type { CataloguePort, Mask, PlannedRemoval, RemovalPort } from "../schema/ports.js";
import type { SessionFull } from "../schema/session.js";
import { beforeMs, type GcCommandOptions } from "./gc-options.js";
import { counted } from "./counted.js";
import { gcJson, gcText, type GcReport } from "./gc-report.js";
import { jsonLine } from "./json-line.js";
import { laidOut } from "./look/wrap.js";
import { ProgressLine } from "./progress-line.js";
import type { Terminal } from "./terminal.js";

export interface GcContext {
  terminal: Terminal;
  signal: AbortSignal;
  mask: Mask;
  workingDir: string;
  now(): number;
  /** Asks the one at the terminal; undefined where nobody is there. */
  confirm: ((question: string) => Promise<boolean>) | undefined;
}

const perPage = 100;

/**
 * Shows which sessions would be removed and which stay, and removes them where `yes` is set or the one at the terminal agrees.
 * @returns The exit code: 1 where what was to be removed stays, be it one session that was named or one that came into use meanwhile.
 * @throws {CoreError} `SESSION_NOT_FOUND`, `AMBIGUOUS_SESSION`, `READ_ONLY`, `LOCK_TIMEOUT`, `LOG_IO`.
 */
export async function gcCommand({ catalogue, removal }: { catalogue: CataloguePort; removal: RemovalPort }, options: GcCommandOptions, context: GcContext): Promise<0 | 1> {
  const chosen = chosenSessions(catalogue, options, context);
  const plan = removal.plan(chosen);
  const report = reportOf(catalogue, chosen, plan);
  const { terminal, mask, confirm } = context;
  if (!options.json) terminal.out(laidOut(gcText(report, mask), terminal));
  const isWanted = report.sessions.length > 0 && (options.yes || (!options.json && (await confirm?.(`Remove ${counted(report.sessions.length, "session")} for good?`))));
  if (!isWanted) {
    terminal.out(options.json ? jsonLine(gcJson(report, mask)) : notDone(report));
    return options.session !== undefined && report.kept.length > 0 ? 1 : 0;
  }
  const done = await remove(removal, plan, context);
  const removed = new Set(done.removed);
  const result = { ...report, sessions: report.sessions.filter(({ session }) => removed.has(session.session_id)), kept: done.kept, isDone: true };
  terminal.out(options.json ? jsonLine(gcJson(result, mask)) : laidOut(doneText(result, report), terminal));
  return result.sessions.length < report.sessions.length ? 1 : 0;
}

async function remove(removal: RemovalPort, plan: readonly PlannedRemoval[], { terminal, signal }: GcContext): Promise<{ removed: string[]; kept: PlannedRemoval[] }> {
  const line = new ProgressLine(terminal);
  try {
    return await removal.remove(plan, { signal, onProgress: (progress) => line.show({ unit: "sessions", ...progress }) });
  } finally {
    line.clear();
  }
}

function chosenSessions(catalogue: CataloguePort, { olderThan, session }: GcCommandOptions, { workingDir, now }: GcContext): SessionFull[] {
  if (session !== undefined) {
    const found = catalogue.get(catalogue.resolve(session, { providerSessionIds: [], workspace: workingDir }, { forWriting: false }));
    return found ? [found] : [];
  }
  return allSessions(catalogue, beforeMs(olderThan ?? "", now()));
}

/** Oldest first; those of other sessions' making are sessions too. */
function allSessions(catalogue: CataloguePort, untilMs: number): SessionFull[] {
  const all: SessionFull[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = catalogue.list({ untilMs, includeChildren: true, limit: perPage, ...(cursor !== undefined && { cursor }) });
    all.push(...page.sessions);
    cursor = page.cursorAfter.at(-1);
    if (cursor === undefined) return all.toReversed();
  }
}

function reportOf(catalogue: CataloguePort, chosen: readonly SessionFull[], plan: readonly PlannedRemoval[]): GcReport {
  const byId = new Map(plan.map((planned) => [planned.sessionId, planned]));
  const doomed = chosen.flatMap((session) => {
    const planned = byId.get(session.session_id);
    return planned && planned.keptBecause === undefined ? [{ session, sizeBytes: planned.sizeBytes }] : [];
  });
  const ids = new Set(doomed.map(({ session }) => session.session_id));
  const children = allSessions(catalogue, Number.MAX_SAFE_INTEGER).filter(({ parent, session_id }) => parent !== undefined && ids.has(parent) && !ids.has(session_id));
  const total = catalogue.list({ includeChildren: true, limit: 1 }).total;
  return { sessions: doomed, kept: plan.filter(({ keptBecause }) => keptBecause !== undefined), children, staying: total - doomed.length, isDone: false };
}

function notDone({ sessions }: GcReport): string {
  return sessions.length === 0 ? "" : "Nothing was removed. Give --yes to remove them.\n";
}

/** @param before What was shown before: what it says of sessions that stay is not said again. */
function doneText({ sessions, kept }: GcReport, before: GcReport): string {
  const known = new Set(before.kept.map(({ sessionId }) => sessionId));
  const reasons = kept.filter(({ sessionId }) => !known.has(sessionId)).map(({ sessionId, keptBecause }) => `  ${sessionId} stays: ${keptBecause}\n`);
  const left = kept.length === 0 ? "" : `, ${kept.length} kept`;
  return `${reasons.join("")}${counted(sessions.length, "session")} removed${left}. No import brings them back; the agents' own files are as they were.\n`;
}
