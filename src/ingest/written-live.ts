import { FileWatch } from "../io/file-watch.js";
import { linesBackward } from "../io/lines.js";
import { parseLine } from "../log/line-fields.js";
import type { SessionLogs } from "../log/session-logs.js";
import type { LiveSession } from "../schema/ports.js";
import { parseTime } from "../schema/time.js";
import type { Engine } from "./engine.js";
import { liveProcesses } from "./live-processes.js";
import { mostLiveLines, type LiveView } from "./live-view.js";
import { mergeLines, type TimedLine } from "./merge-lines.js";
import type { NativeRoot } from "./native-root.js";

/** Between two looks at which sessions are live, while somebody watches. */
const refreshMs = 1000;
/** Lines from the end of a log that are looked at for its last event. */
const lookBack = 20;

export interface WrittenLiveOptions {
  engine: () => Engine;
  logs: SessionLogs;
  roots: readonly NativeRoot[];
  isAlive: (pid: number) => boolean;
  activeMs: number;
  now: () => number;
}

/** The live sessions as their logs tell them, whichever process of ours writes those. */
export class WrittenLive implements LiveView {
  readonly #options: WrittenLiveOptions;
  readonly #watch = new FileWatch();
  readonly #ends = new Set<() => void>();

  constructor(options: WrittenLiveOptions) {
    this.#options = options;
  }

  live(): LiveSession[] {
    const { engine, logs } = this.#options;
    const { checkpoints, targets } = engine();
    const sources = new Map<string, { provider: string; sourcePath: string }>();
    for (const { file, session } of checkpoints.filesWrittenSince(this.#options.now() - this.#options.activeMs)) {
      if (session.sessionId === undefined || targets.isExcluded(session.cwd)) continue;
      if (file.role === "main" || !sources.has(session.sessionId)) sources.set(session.sessionId, { provider: session.provider, sourcePath: file.path });
    }
    for (const process of liveProcesses(this.#options.roots, this.#options.isAlive)) {
      const session = checkpoints.session(process.provider, process.nativeSessionId);
      if (session?.sessionId === undefined || sources.has(session.sessionId) || targets.isExcluded(session.cwd)) continue;
      const files = checkpoints.filesOf(session);
      const main = files.find((file) => file.role === "main") ?? files[0];
      sources.set(session.sessionId, { provider: session.provider, sourcePath: main?.path ?? process.path });
    }
    return [...sources].flatMap(([sessionId, source]) => {
      const log = logs.find(sessionId);
      return log ? [{ sessionId: log.sessionId, ...source, ...lastEventAt(log.path) }] : [];
    });
  }

  lines(provider: string, limit: number): string[] {
    const most = Math.min(limit, mostLiveLines);
    const live = this.live().filter((session) => session.provider === provider);
    return mergeLines(
      live.map(({ sessionId }) => lastLines(this.#options.logs.find(sessionId)?.path, most)),
      most,
    );
  }

  /** Own appends are told at once, those of other processes when their logs change; which sessions are live is looked up now and then. */
  watch(provider: string, listener: () => void): () => void {
    const watched = new Map<string, () => void>();
    let last = "";
    const refresh = (): void => {
      const live = this.live().filter((session) => session.provider === provider);
      const paths = new Set(live.flatMap(({ sessionId }) => this.#options.logs.find(sessionId)?.path ?? []));
      for (const path of paths) if (!watched.has(path)) watched.set(path, this.#watch.watch(path, listener));
      for (const [path, end] of watched) if (!paths.has(path) && watched.delete(path)) end();
      const now = live.map(({ sessionId }) => sessionId).join();
      if (now !== last) listener();
      last = now;
    };
    const endAppends = this.#options.logs.onAppend((append) => {
      if (append.provider === provider && (watched.has(append.logPath) || append.events.some((event) => event.origin !== undefined))) listener();
    });
    last = this.live().flatMap((session) => (session.provider === provider ? session.sessionId : [])).join();
    refresh();
    const timer = setInterval(refresh, refreshMs).unref();
    const end = (): void => {
      clearInterval(timer);
      endAppends();
      for (const endWatch of watched.values()) endWatch();
      watched.clear();
      this.#ends.delete(end);
    };
    this.#ends.add(end);
    return end;
  }

  async close(): Promise<void> {
    for (const end of this.#ends) end();
    await this.#watch.close();
  }
}

function lastEventAt(path: string): { lastEventAt?: string } {
  let left = lookBack;
  for (const { bytes } of linesBackward(path)) {
    const event = parseLine(bytes);
    if (event && event.type !== "heartbeat") return { lastEventAt: event.ts };
    left -= 1;
    if (left === 0) break;
  }
  return {};
}

function lastLines(path: string | undefined, limit: number): TimedLine[] {
  const lines: TimedLine[] = [];
  if (path === undefined || limit <= 0) return lines;
  for (const { bytes } of linesBackward(path)) {
    const event = parseLine(bytes);
    if (event) lines.push({ raw: bytes.toString("utf8"), ms: parseTime(event.ts) ?? Number.NaN });
    if (lines.length >= limit) break;
  }
  return lines.reverse();
}
