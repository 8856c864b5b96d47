import { serializeEvent, type AgentLogEvent } from "../schema/event.js";
import type { LiveSession } from "../schema/ports.js";
import { walkRoot, type FoundFile } from "./discover.js";
import type { Engine } from "./engine.js";
import { describeFailure } from "./failure.js";
import type { IngestIntervals } from "./intervals.js";
import { isRunning, readProcess, type LiveProcess } from "./live-processes.js";
import { mostLiveLines, type LiveView } from "./live-view.js";
import type { NativeRoot } from "./native-root.js";
import { Tail } from "./tail.js";
import { withSession } from "./with-session.js";

export interface MemoryLiveOptions {
  /** An engine in mode `memory` that tells `onEvents` of its events. */
  newEngine: (onEvents: (events: readonly AgentLogEvent[]) => void) => Engine;
  roots: readonly NativeRoot[];
  isAlive: (pid: number) => boolean;
  intervals: IngestIntervals;
  now: () => number;
  onWarning: (message: string) => void;
}

/** The live sessions read straight from native files, where nothing is written. Looks from the first question on. */
export class MemoryLive implements LiveView {
  readonly #options: MemoryLiveOptions;
  readonly #rings = new Map<string, string[]>();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #sessions = new Map<string, LiveSession & { grownMs: number; nativeId: string }>();
  /** By process file. */
  readonly #processes = new Map<string, LiveProcess>();
  #engine: Engine | undefined;
  #tail: Tail | undefined;

  constructor(options: MemoryLiveOptions) {
    this.#options = options;
  }

  live(): LiveSession[] {
    this.#start();
    const running = this.#running();
    const sinceMs = this.#options.now() - this.#options.intervals.activeMs;
    const live = [...this.#sessions.values()].filter(({ grownMs, provider, nativeId }) => grownMs >= sinceMs || running.has(`${provider} ${nativeId}`));
    return live.map(({ sessionId, provider, sourcePath, lastEventAt }) => ({ sessionId, provider, sourcePath, ...(lastEventAt === undefined ? {} : { lastEventAt }) }));
  }

  lines(provider: string, limit: number): string[] {
    const isLive = this.live().some((session) => session.provider === provider);
    const most = Math.min(limit, mostLiveLines);
    return isLive && most > 0 ? (this.#rings.get(provider) ?? []).slice(-most) : [];
  }

  watch(provider: string, listener: () => void): () => void {
    this.#start();
    const listeners = this.#listeners.get(provider) ?? new Set();
    this.#listeners.set(provider, listeners);
    const own = (): void => listener();
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  async close(): Promise<void> {
    await this.#tail?.close();
    this.#engine?.close();
    this.#engine = undefined;
  }

  /** Reads what is live now, oldest first, and follows it from there. */
  #start(): void {
    if (this.#tail) return;
    const { roots, now, intervals } = this.#options;
    this.#engine = this.#options.newEngine((events) => this.#take(events));
    const onProcessFile = (root: NativeRoot, path: string): void => this.#noteProcess(root, path);
    const tail = new Tail({ roots, now, intervals, onProcessFile, step: async (file, { final, metBytes }) => this.#read(file, { final, metBytes }) });
    this.#tail = tail;
    const found: FoundFile[] = [];
    for (const root of roots) {
      for (const content of walkRoot(root)) {
        for (const path of content.processFiles) onProcessFile(root, path);
        tail.know(root, content);
        found.push(...content.files);
      }
    }
    const running = this.#running();
    const active = found.filter(({ file, stat }) => now() - stat.mtimeMs < intervals.activeMs || running.has(`${file.provider} ${file.nativeSessionId}`));
    active.sort((a, b) => a.stat.mtimeMs - b.stat.mtimeMs);
    for (const isMain of [true, false]) {
      for (const file of active) if ((file.file.role === "main") === isMain) this.#read(file, { final: false, metBytes: undefined });
    }
    tail.start();
  }

  #noteProcess(root: NativeRoot, path: string): void {
    const process = readProcess(root, path);
    if (process) this.#processes.set(path, process);
    else this.#processes.delete(path);
  }

  /** Sessions with a living process, as `<provider> <native id>`. */
  #running(): Set<string> {
    const running = [...this.#processes.values()].filter((process) => isRunning(process, this.#options.isAlive));
    return new Set(running.map(({ provider, nativeSessionId }) => `${provider} ${nativeSessionId}`));
  }

  #read(found: FoundFile, { final, metBytes }: { final: boolean; metBytes: number | undefined }): boolean {
    const engine = this.#engine;
    const owned = engine && withSession(found, (path) => engine.checkpoints.nativeIdOfFile(path));
    // Where nothing says whose a file is, a change may.
    if (!engine || !owned) return true;
    try {
      const result = engine.runNow(owned, { final, orphans: true, ...(metBytes === undefined ? {} : { metBytes }) });
      if (result.sessionId !== undefined) this.#noteGrowth(owned, result.sessionId);
      return !result.waiting;
    } catch (error) {
      // One file that cannot be read keeps no other from being shown.
      this.#options.onWarning(`Cannot read ${found.file.path}: ${describeFailure(error)}`);
      return false;
    }
  }

  #noteGrowth({ file, stat }: FoundFile, sessionId: string): void {
    const known = this.#sessions.get(sessionId);
    const sourcePath = known && file.role !== "main" ? known.sourcePath : file.path;
    const grownMs = Math.max(known?.grownMs ?? 0, stat.mtimeMs);
    this.#sessions.set(sessionId, { ...known, sessionId, provider: file.provider, sourcePath, grownMs, nativeId: file.nativeSessionId });
  }

  #take(events: readonly AgentLogEvent[]): void {
    const last = events.at(-1);
    if (!last) return;
    const ring = [...(this.#rings.get(last.provider) ?? []), ...events.slice(-mostLiveLines).map(serializeEvent)];
    this.#rings.set(last.provider, ring.slice(-mostLiveLines));
    const session = this.#sessions.get(last.wrapper_session_id);
    const about = session ?? { sessionId: last.wrapper_session_id, provider: last.provider, sourcePath: "", grownMs: 0, nativeId: "" };
    this.#sessions.set(last.wrapper_session_id, { ...about, lastEventAt: last.ts });
    for (const listener of this.#listeners.get(last.provider) ?? []) listener();
  }
}
