import type { Host } from "./host.js";
import { callerSessionIds } from "./identity.js";
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

/** What a tool may use during one call. */
export function callContext(host: Host, services: Services, call: Call): ToolContext {
  const workspace = async (): Promise<string> => (await call.firstRoot()) ?? host.workingDir;
  return {
    logs: services.logs,
    catalogue: services.catalogue,
    ingest: services.ingest,
    search: services.search,
    mask: host.mask,
    readOnly: host.readOnly,
    providers: services.ingest.providers,
    get signal() {
      return call.signal;
    },
    now: () => host.now(),
    progress: (progress) => call.progress(progress),
    async asker() {
      const { meta, clientName } = call;
      return { providerSessionIds: callerSessionIds({ meta, clientName, variables: host.variables }), workspace: await workspace() };
    },
    async workspaceOf(path) {
      const isPlain = path !== undefined && /^(?:[/~]|[A-Za-z]:[/\\])/.test(path);
      return workspacePath(path, { homeDir: host.homeDir, workspace: isPlain ? host.workingDir : await workspace() });
    },
  };
}
