import type { Host } from "./host.js";
import { callerSessionIds } from "./identity.js";
import type { Asker } from "../schema/ports.js";
import type { Progress, Services, ToolContext } from "./tool.js";
import { workspacePath } from "./workspace.js";

/** What one call tells, and how it can be told something. */
export interface Call {
  meta: Readonly<Record<string, unknown>> | undefined;
  readonly clientName: string | undefined;
  /** The client's first root, absolute; asked for when a tool needs it. */
  firstRoot(): Promise<string | undefined>;
  /** Aborted when the caller cancels the call or goes away. */
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

/** What a tool may use during one call. A class, for one is made for each call: as an object of functions it is the greatest part of what a small call leaves behind. */
export class CallContext implements ToolContext {
  readonly #host: Host;
  readonly #services: Services;
  readonly #call: Call;

  constructor(host: Host, services: Services, call: Call) {
    this.#host = host;
    this.#services = services;
    this.#call = call;
  }

  get logs(): Services["logs"] {
    return this.#services.logs;
  }

  get catalogue(): Services["catalogue"] {
    return this.#services.catalogue;
  }

  get ingest(): Services["ingest"] {
    return this.#services.ingest;
  }

  get search(): Services["search"] {
    return this.#services.search;
  }

  get mask(): Host["mask"] {
    return this.#host.mask;
  }

  get readOnly(): boolean {
    return this.#host.readOnly;
  }

  get providers(): readonly string[] {
    return this.#services.ingest.providers;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  now(): number {
    return this.#host.now();
  }

  progress(progress: Progress): void {
    this.#call.progress(progress);
  }

  async asker(): Promise<Asker> {
    const { meta, clientName } = this.#call;
    return { providerSessionIds: callerSessionIds({ meta, clientName, variables: this.#host.variables }), workspace: await this.#workspace() };
  }

  async workspaceOf(path: string | undefined): Promise<string> {
    const { homeDir, workingDir } = this.#host;
    const isPlain = path !== undefined && /^(?:[/~]|[A-Za-z]:[/\\])/.test(path);
    return workspacePath(path, { homeDir, workspace: isPlain ? workingDir : await this.#workspace() });
  }

  async #workspace(): Promise<string> {
    return (await this.#call.firstRoot()) ?? this.#host.workingDir;
  }
}
