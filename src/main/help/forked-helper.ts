import { fork, type ChildProcess, type ForkOptions, type SpawnOptions } from "node:child_process";
import { availableParallelism } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { CoreError, hasSystemCode } from "../../errors.js";
import type { HelpNeeds, ImportHelp, ImportHelper, SentSession } from "../../ingest/import-helper.js";
import type { SessionOutcome } from "../../ingest/session-import.js";
import { helpArgument, type FromHelper, type OpenHelper, type ToHelper } from "./helper-messages.js";

/** A helper that is asked to end does so between two stretches of a file. */
const endsWithinMs = 5000;

/** From about a second of work on, a process more is worth its start. */
const fromBytes = 32 << 20;

/** What it cannot do is done, and told of, by who asked; on Windows it opens no window, which `fork` takes over from `spawn`. */
const forkOptions: ForkOptions & Pick<SpawnOptions, "windowsHide"> = { stdio: ["ignore", "ignore", "ignore", "ipc"], windowsHide: true };
/** Half of what V8 lets its young generation grow to: it holds a tenth less memory, and takes no longer. */
const heapFlags = ["--max-semi-space-size=8"];

/** The program that runs as a helper where its first argument says so. */
export interface HelperProgram {
  scriptPath: string;
  /** Flags of Node. */
  execArgv: readonly string[];
  /** It helps no other: what stands at its path may have been updated meanwhile. */
  version: string;
}

export interface ForkedHelperOptions extends Omit<OpenHelper, "type"> {
  program: HelperProgram;
  onWarning: (message: string) => void;
}

interface Waiting {
  resolve: (outcome: SessionOutcome | undefined) => void;
  reject: (error: CoreError) => void;
}

/** Help by a process more; none where a second core is missing. */
export function forkedHelp(options: Omit<ForkedHelperOptions, keyof HelpNeeds>): ImportHelp | undefined {
  if (availableParallelism() < 2) return undefined;
  return {
    fromBytes,
    open(needs) {
      try {
        return new ForkedHelper({ ...options, ...needs });
      } catch (error) {
        // Where memory is short, or the process may start none. Most of what stands in the way is told by its end.
        if ((error instanceof Error && "syscall" in error) || hasSystemCode(error, "ERR_ACCESS_DENIED")) return undefined;
        throw error;
      }
    },
  };
}

/** A process of its own that reads sessions into the same home. Where it cannot be started or ends too early, nothing of its work is lost: who asked does it. */
export class ForkedHelper implements ImportHelper {
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #isGone = false;
  #isClosed = false;

  constructor({ program, onWarning, ...given }: ForkedHelperOptions) {
    this.#child = fork(program.scriptPath, [helpArgument, program.version], { ...forkOptions, execArgv: [...program.execArgv, ...heapFlags] });
    this.#gone = new Promise((resolve) => {
      const end = (): void => {
        this.#settle();
        resolve();
      };
      // "error": it could not be started, and there will be no "exit".
      this.#child.once("exit", end).once("error", end);
    });
    // Who no more can be heard, and goes on, would be waited for.
    this.#child.once("disconnect", () => void this.#end());
    this.#child.on("message", (message) => this.#take(message as FromHelper, onWarning));
    this.#send({ type: "open", ...given });
  }

  import(session: SentSession): Promise<SessionOutcome | undefined> {
    if (this.#isClosed) return Promise.reject(closedError());
    if (this.#isGone) return Promise.resolve(undefined);
    const nth = (this.#asked += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(nth, { resolve, reject });
      this.#send({ type: "session", nth, session });
    });
  }

  async close(): Promise<void> {
    if (!this.#isClosed) this.#send({ type: "close" });
    this.#isClosed = true;
    await this.#end();
  }

  /** Resolves when it is gone; it is given a while for that. */
  async #end(): Promise<void> {
    const limit = new AbortController();
    void delay(endsWithinMs, undefined, { signal: limit.signal }).then(() => this.#child.kill("SIGKILL"), passOverAbort);
    await this.#gone;
    limit.abort();
  }

  /** What does not reach it is told by its end. */
  #send(message: ToHelper): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #take(message: FromHelper, onWarning: (message: string) => void): void {
    if (message.type === "warning") return onWarning(message.message);
    this.#waiting.get(message.nth)?.resolve(message.outcome);
    this.#waiting.delete(message.nth);
  }

  #settle(): void {
    this.#isGone = true;
    for (const { resolve, reject } of this.#waiting.values()) {
      if (this.#isClosed) reject(closedError());
      else resolve(undefined);
    }
    this.#waiting.clear();
  }
}

function closedError(): CoreError {
  return new CoreError("LOG_CLOSED", "Cannot import a session by the helper: state is closed, must be open");
}

function passOverAbort(error: unknown): void {
  if (!hasSystemCode(error, "ABORT_ERR")) throw error;
}
