import type { FollowAnswer, Following, FollowQuery } from "../schema/ports.js";
import { walkRoot, type FoundFile } from "./discover.js";
import type { Engine } from "./engine.js";
import { headOf } from "./native-file.js";
import type { NativeRoot } from "./native-root.js";
import { withSession } from "./with-session.js";

/** Clocks of files are coarser than ours. */
const slackMs = 1000;

export interface FollowParts {
  engine: Engine;
  roots: readonly NativeRoot[];
  findByNative: (provider: string, nativeId: string) => string | undefined;
}

/**
 * Finds the native session that `query.sessionId` is to follow, by its id, else by who asks, else as the only one of the workspace that was
 * written since the start. What is found or still to be found is left in `import.sqlite` for whoever reads native files.
 */
export function followNative(query: FollowQuery, parts: FollowParts): FollowAnswer {
  const mains = mainFiles(query.provider, parts);
  const nativeIds = query.providerSessionId === undefined ? query.callerSessionIds : [query.providerSessionId];
  for (const nativeId of nativeIds) {
    const existing = logOf(query, nativeId, parts);
    if (existing !== undefined) return { following: "attached", existingSessionId: existing };
    if (mains.some(({ file }) => file.nativeSessionId === nativeId)) return wait(query, nativeId, "attached", parts);
  }
  if (query.providerSessionId !== undefined) return wait(query, query.providerSessionId, "waiting", parts);
  const candidates = new Set(mains.filter((found) => isCandidate(found, query)).map(({ file }) => file.nativeSessionId));
  if (candidates.size > 1) return { following: "ambiguous" };
  const [only] = candidates;
  if (only === undefined) return wait(query, undefined, "waiting", parts);
  const existing = logOf(query, only, parts);
  return existing === undefined ? wait(query, only, "attached", parts) : { following: "attached", existingSessionId: existing };
}

function mainFiles(provider: string, { roots, engine }: FollowParts): FoundFile[] {
  const own = roots.filter((root) => root.provider.name === provider);
  const mains = own.flatMap((root) => [...walkRoot(root)].flatMap(({ files }) => files.filter(({ file }) => file.role === "main")));
  return mains.flatMap((found) => withSession(found, (path) => engine.checkpoints.nativeIdOfFile(path)) ?? []);
}

function isCandidate(found: FoundFile, { workspacePath, startedAtMs }: FollowQuery): boolean {
  if (workspacePath === null || found.stat.mtimeMs < startedAtMs - slackMs) return false;
  const { cwd, isChild = false } = headOf(found);
  return cwd === workspacePath && !isChild;
}

/** The log that holds a native session's events, if it is not the asking session's own. */
function logOf({ provider, sessionId }: FollowQuery, nativeId: string, { engine, findByNative }: FollowParts): string | undefined {
  const known = engine.checkpoints.session(provider, nativeId)?.sessionId ?? findByNative(provider, nativeId);
  const log = known === undefined ? undefined : engine.logs.find(known);
  return log && log.sessionId.toLowerCase() !== sessionId.toLowerCase() ? log.sessionId : undefined;
}

function wait(query: FollowQuery, nativeId: string | undefined, following: Following, { engine }: FollowParts): FollowAnswer {
  const { sessionId, provider, workspacePath: workspace, startedAtMs } = query;
  engine.follows.add({ sessionId, provider, workspace, nativeId, startedAtMs });
  return { following };
}
