import { hasSystemCode } from "../errors.js";
import { FileWatch } from "../io/file-watch.js";
import { linesBackward } from "../io/lines.js";
import { parseLine } from "../log/line-fields.js";
import type { SessionLogs } from "../log/session-logs.js";
import type { AnyLogEvent } from "../schema/event.js";
import type { LiveSession } from "../schema/ports.js";
import { parseTime } from "../schema/time.js";
import type { Engine } from "./engine.js";
import { isRunning, seenProcesses } from "./live-processes.js";
import { mostLiveLines, type LiveView } from "./live-view.js";
import { mergeLines, type TimedLine } from "./merge-lines.js";
import type { NativeRoot } from "./native-root.js";

/** Between two looks at which sessions are live, while somebody watches. */
const refreshMs = 1000;
/** Lines from the end of a log that are looked at for its last event: more than the heartbeats that may follow one. */
const lookBack = 200;

export interface WrittenLiveOptions {
  engine: () => Engine;
  logs: SessionLogs;
  roots: readonly NativeRoot[];
  isAlive: (pid: number) => boolean;
  activeMs: number;
  now: () => number;
}

/** A log that is watched, and where its last event stood when it was last told. */
interface WatchedLog {
  end: () => void;
  lastAt: number | undefined;
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
    const providers = new Set(this.#options.roots.map(({ provider }) => provider.name));
    const running = seenProcesses(engine().db).filter((process) => providers.has(process.provider) && isRunning(process, this.#options.isAlive));
    for (const process of running) {
      const session = checkpoints.session(process.provider, process.nativeSessionId);
      if (session?.sessionId === undefined || sources.has(session.sessionId) || targets.isExcluded(session.cwd)) continue;
      const files = checkpoints.filesOf(session);
      const main = files.find((file) => file.role === "main") ?? files[0];
      sources.set(session.sessionId, { provider: session.provider, sourcePath: main?.path ?? process.path });
    }
    return [...sources].flatMap(([sessionId, source]) => {
      const log = logs.find(sessionId);
      const last = log && lastShown(log.path);
      return log ? [{ sessionId: log.sessionId, ...source, ...(last && { lastEventAt: last.event.ts }) }] : [];
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
    const watched = new Map<string, WatchedLog>();
    const tell = (path: string): void => {
      const log = watched.get(path);
      const lastAt = lastShown(path)?.offsetBytes;
      if (log && log.lastAt === lastAt) return;
      if (log) log.lastAt = lastAt;
      listener();
    };
    const refresh = (): boolean => {
      const live = this.live().filter((session) => session.provider === provider);
      const paths = new Set(live.flatMap(({ sessionId }) => this.#options.logs.find(sessionId)?.path ?? []));
      const fresh = [...paths].filter((path) => !watched.has(path));
      const gone = [...watched].filter(([path]) => !paths.has(path));
      for (const path of fresh) watched.set(path, { end: this.#watch.watch(path, () => tell(path)), lastAt: lastShown(path)?.offsetBytes });
      for (const [path, { end }] of gone) if (watched.delete(path)) end();
      return fresh.length > 0 || gone.length > 0;
    };
    const endAppends = this.#options.logs.onAppend((append) => {
      if (append.provider !== provider) return;
      if (watched.has(append.logPath)) tell(append.logPath);
      else if (append.events.some((event) => event.origin !== undefined)) listener();
    });
    refresh();
    const timer = setInterval(() => {
      if (refresh()) listener();
    }, refreshMs).unref();
    const end = (): void => {
      clearInterval(timer);
      endAppends();
      for (const { end: endWatch } of watched.values()) endWatch();
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

/** The last event that is more than a sign of life; undefined where there is none among the last lines, or no log any more. */
function lastShown(path: string): { event: AnyLogEvent; offsetBytes: number } | undefined {
  let left = lookBack;
  try {
    for (const { bytes, offsetBytes } of linesBackward(path)) {
      const event = parseLine(bytes);
      if (event && isShown(event)) return { event, offsetBytes };
      left -= 1;
      if (left === 0) break;
    }
  } catch (error) {
    if (!hasSystemCode(error, "ENOENT")) throw error;
  }
  return undefined;
}

/** Heartbeats say that somebody lives; no provider wrote them. */
function isShown({ type }: AnyLogEvent): boolean {
  return type !== "heartbeat";
}

function lastLines(path: string | undefined, limit: number): TimedLine[] {
  const lines: TimedLine[] = [];
  if (path === undefined || limit <= 0) return lines;
  for (const { bytes } of linesBackward(path)) {
    const event = parseLine(bytes);
    if (event && isShown(event)) lines.push({ raw: bytes.toString("utf8"), ms: parseTime(event.ts) ?? Number.NaN });
    if (lines.length >= limit) break;
  }
  return lines.reverse();
}
