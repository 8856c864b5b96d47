import type { BackfilledEvent, BackfilledSession, HistoricalLogAdapter } from "../log/live-adapter.js";
import type { NativeEnvironment, ParsedEvent, Provider } from "../providers/provider.js";
import { walkRoot } from "./discover.js";
import { toEventDraft } from "./draft.js";
import { bySession, originalsFirst, type SessionFiles } from "./import-order.js";
import { nativeRoots, type NativeRoot } from "./native-root.js";
import { NativeReader } from "./native-reader.js";
import { isWithin, logIdOf } from "./session-target.js";
import { withSession } from "./with-session.js";

/** The sessions that `provider` left behind, for `runBackfill`; read one at a time. */
export function historicalAdapter(provider: Provider, environment: NativeEnvironment): HistoricalLogAdapter {
  return {
    *backfill(root) {
      const found = nativeRoots([provider], environment).flatMap(filesOf);
      const said = new Map<string, string>();
      for (const files of originalsFirst(bySession(found), () => true)) {
        for (const session of readSessions(files, said)) {
          const { workspacePath } = session.metadata;
          const isWanted = root === null || (workspacePath !== null && isWithin(workspacePath, [root]));
          if (isWanted && session.events.length > 0) yield session;
        }
      }
    },
  };
}

function filesOf(root: NativeRoot) {
  return [...walkRoot(root)].flatMap(({ files }) => files.flatMap((file) => withSession(file, () => undefined) ?? []));
}

/** What the files of a session gave of one session. */
interface Gathered {
  nativeId: string;
  start: Extract<ParsedEvent["kind"], { type: "session_started" }> | undefined;
  events: BackfilledEvent[];
  origins: Set<string>;
  once: Set<string>;
}

/**
 * The session, and those others that its files hold records of.
 * @param said Which session said a record that several files hold; added to.
 */
function readSessions(session: SessionFiles, said: Map<string, string>): BackfilledSession[] {
  const links = new Map<string, string>();
  const gathered = new Map([[session.nativeId, newGathered(session.nativeId)]]);
  let completeness: BackfilledSession["completeness"] = "full";
  for (const found of [...session.main, ...session.parts]) {
    const reader = new NativeReader(found);
    for (const event of reader.read(true, ({ agentId, parentToolId }) => links.set(agentId, parentToolId))) {
      const nativeId = event.nativeSessionId ?? session.nativeId;
      const own = gathered.get(nativeId) ?? newGathered(nativeId);
      gathered.set(nativeId, own);
      if (event.kind.type === "session_started") own.start ??= event.kind;
      if (!isFirst(event, { ...own, said })) continue;
      const draft = toEventDraft(event, { found, metBytes: Number.POSITIVE_INFINITY, followed: false, linkOf: (agentId) => links.get(agentId) });
      own.events.push([draft.sourceKind, draft.kind, { ...draft.extras, ...(draft.ts === undefined ? {} : { ts: draft.ts }) }]);
    }
    if (found.file.role === "main") completeness = reader.completeness;
  }
  const sourcePaths = [...session.main, ...session.parts].map(({ file }) => file.path);
  return [...gathered.values()].map((own) => ({ metadata: metadataOf(session.provider, own), completeness, sourcePaths, events: own.events }));
}

function newGathered(nativeId: string): Gathered {
  return { nativeId, start: undefined, events: [], origins: new Set(), once: new Set() };
}

function metadataOf(provider: string, { nativeId, start }: Gathered): BackfilledSession["metadata"] {
  return {
    provider,
    wrapperSessionId: logIdOf({ provider, nativeId }),
    providerSessionId: nativeId,
    workspacePath: start?.cwd ?? null,
    command: start?.command ?? provider,
    model: start?.model ?? null,
    resumed: start?.resumed ?? false,
    backfilled: true,
  };
}

interface Said {
  nativeId: string;
  said: Map<string, string>;
  origins: Set<string>;
  once: Set<string>;
}

/** Whether nobody said it before: this session, or another that holds the same record. */
function isFirst(event: ParsedEvent, { nativeId, said, origins, once }: Said): boolean {
  if (origins.has(event.origin)) return false;
  origins.add(event.origin);
  if (event.sharedKey !== undefined && event.kind.type !== "session_started") {
    const owner = said.get(event.sharedKey) ?? nativeId;
    said.set(event.sharedKey, owner);
    if (owner !== nativeId) return false;
  }
  if (event.onceKey === undefined) return true;
  if (once.has(event.onceKey)) return false;
  once.add(event.onceKey);
  return true;
}
