import { homeDirOf, userLogDirOf } from "../cli/places.js";
import { historicalAdapter as historicalAdapterIn } from "../ingest/historical-adapter.js";
import { liveAdapterForProvider as liveAdapterIn } from "../ingest/live-adapter.js";
import { logsDir as logsDirIn } from "../log/home.js";
import type { HistoricalLogAdapter, LiveLogAdapter, LiveLogContext } from "../log/live-adapter.js";
import type { NativeEnvironment, Provider } from "../providers/provider.js";
import { takeEnvironment } from "./environment.js";

/**
 * The logs folder of a root, or of sessions without one (null, `/`).
 * Without options the process's environment says where: `ZAG_USER_LOG_DIR` is the folder itself; else it lies in `SESSION_LOG_HOME`, else in `~/.session-log`.
 * @param options Where given, the environment is not looked at. `userLogDir`, where not empty, is the folder, whatever the root.
 */
export function logsDir(root: string | null = null, options?: { homeDir: string; userLogDir?: string }): string {
  return logsDirIn(root, options ?? placesOfProcess());
}

/**
 * The adapter that follows a running session of `provider` into a writer's log.
 * @param options.environment Where the provider's files lie; as the process's environment says, by default.
 * @returns Null for a provider that this version does not know, and where `enableLive` is false.
 */
export function liveAdapterForProvider(
  provider: string,
  context: LiveLogContext,
  enableLive: boolean,
  options: { environment?: NativeEnvironment } = {},
): LiveLogAdapter | null {
  return liveAdapterIn(provider, context, enableLive, { environment: options.environment ?? takeEnvironment() });
}

/**
 * The sessions that `provider` left behind, for `runBackfill`; read one at a time.
 * @param environment Where the provider's files lie; as the process's environment says, by default.
 */
export function historicalAdapter(provider: Provider, environment: NativeEnvironment = takeEnvironment()): HistoricalLogAdapter {
  return historicalAdapterIn(provider, environment);
}

function placesOfProcess(): { homeDir: string; userLogDir?: string } {
  const environment = takeEnvironment();
  const userLogDir = userLogDirOf(environment);
  return { homeDir: homeDirOf(environment), ...(userLogDir !== undefined && { userLogDir }) };
}
