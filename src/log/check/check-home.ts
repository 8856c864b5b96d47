import { basename } from "node:path";
import { statIfThere } from "../../io/stat-if-there.js";
import type { Finding } from "../../schema/health.js";
import { foldSessionId, isSessionId } from "../../schema/session-id.js";
import type { Home } from "../home.js";
import type { LogRef } from "../log-place.js";
import { logPaths } from "../session-index.js";
import { checkFiles } from "./check-files.js";
import { checkFolderIndexes, checkGlobalIndex } from "./check-indexes.js";
import { checkLog, type CheckedLog, type LineWitness } from "./check-log.js";

/** A database that is derived from the logs, as a check sees it. */
export interface DerivedCheck {
  /** Begins with a log; undefined where it holds nothing of that log. What it keeps is told by `end`. */
  witness(log: LogRef): (LineWitness & { end(checked: CheckedLog): Finding[] }) | undefined;
  /** What else is wrong with it, once all logs were read. */
  end(): Finding[];
}

export interface CheckHomeOptions {
  derived?: readonly DerivedCheck[];
  /** Logs that are read; all where absent. */
  isWanted?: (log: LogRef) => boolean;
  /** Milliseconds since the epoch. */
  nowMs: number;
}

export interface HomeCheck {
  logs: number;
  bytes: number;
  events: number;
  findings: Finding[];
}

/**
 * Verifies logs, indexes and files of a home, in steps: each gives the bytes that were read, and how many there are. It reads only. What others write
 * meanwhile can look like a fault: look again.
 */
export function* checkHome(home: Home, { derived = [], isWanted = () => true, nowMs }: CheckHomeOptions): Generator<{ done: number; total: number }, HomeCheck> {
  const folders = home.allLogsDirs().map((logsDir) => ({ logsDir, logs: logsIn(logsDir) }));
  const wanted = folders.flatMap(({ logs }) => logs.filter(isWanted));
  const progress = { done: 0, total: wanted.reduce((sum, { path }) => sum + (statIfThere(path)?.size ?? 0), 0) };
  const checked: CheckedLog[] = [];
  const findings: Finding[] = [];
  for (const { logsDir, logs } of folders) {
    const read: CheckedLog[] = [];
    for (const log of logs.filter(isWanted)) read.push(yield* checkOne(log, derived, progress));
    findings.push(...read.flatMap((log) => log.findings), ...checkFolderIndexes(logsDir, read));
    checked.push(...read);
  }
  findings.push(...twins(folders.flatMap(({ logs }) => logs)), ...checkGlobalIndex(home, checked), ...checkFiles(home, nowMs), ...derived.flatMap((one) => one.end()));
  const events = checked.reduce((sum, { facts }) => sum + facts.events, 0);
  return { logs: checked.length, bytes: progress.done, events, findings };
}

function* checkOne(log: LogRef, derived: readonly DerivedCheck[], progress: { done: number; total: number }): Generator<{ done: number; total: number }, CheckedLog> {
  const witnesses = derived.flatMap((one) => one.witness(log) ?? []);
  const steps = checkLog(log, witnesses);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) {
      step.value.findings.push(...witnesses.flatMap((witness) => witness.end(step.value)));
      return step.value;
    }
    progress.done += step.value;
    yield { ...progress };
  }
}

function logsIn(logsDir: string): LogRef[] {
  const refs = logPaths(logsDir).map((path) => ({ id: basename(path, ".jsonl"), logsDir, path }));
  return refs.filter(({ id }) => isSessionId(id));
}

/** Logs whose ids are one but for case, in whatever folders. One that was made and never written to is no session yet. */
function twins(logs: readonly LogRef[]): Finding[] {
  const first = new Map<string, LogRef>();
  return logs.flatMap((log) => {
    const other = first.get(foldSessionId(log.id));
    if (!other) first.set(foldSessionId(log.id), log);
    const isTwin = other !== undefined && [log, other].every(({ path }) => (statIfThere(path)?.size ?? 0) > 0);
    return isTwin ? [{ code: "twin_log", path: log.path, sessionId: log.id, what: `the session has another log, ${other.path}` } as const] : [];
  });
}
