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
        const session = readSession(files, said);
        const { workspacePath } = session.metadata;
        const isWanted = root === null || (workspacePath !== null && isWithin(workspacePath, [root]));
        if (isWanted && session.events.length > 0) yield session;
      }
    },
  };
}

function filesOf(root: NativeRoot) {
  return [...walkRoot(root)].flatMap(({ files }) => files.flatMap((file) => withSession(file, () => undefined) ?? []));
}

/** @param said Which session said a record that several files hold; added to. */
function readSession(session: SessionFiles, said: Map<string, string>): BackfilledSession {
  const links = new Map<string, string>();
  const origins = new Set<string>();
  const once = new Set<string>();
  const events: BackfilledEvent[] = [];
  let start: Extract<ParsedEvent["kind"], { type: "session_started" }> | undefined;
  let completeness: BackfilledSession["completeness"] = "full";
  for (const found of [...session.main, ...session.parts]) {
    const reader = new NativeReader(found);
    for (const event of reader.read(true, ({ agentId, parentToolId }) => links.set(agentId, parentToolId))) {
      if (event.kind.type === "session_started") start ??= event.kind;
      if (!isFirst(event, { nativeId: session.nativeId, said, origins, once })) continue;
      const draft = toEventDraft(event, { found, metBytes: Number.POSITIVE_INFINITY, followed: false, linkOf: (agentId) => links.get(agentId) });
      events.push([draft.sourceKind, draft.kind, { ...draft.extras, ...(draft.ts === undefined ? {} : { ts: draft.ts }) }]);
    }
    if (found.file.role === "main") completeness = reader.completeness;
  }
  return {
    metadata: {
      provider: session.provider,
      wrapperSessionId: logIdOf(session),
      providerSessionId: session.nativeId,
      workspacePath: start?.cwd ?? null,
      command: start?.command ?? session.provider,
      model: start?.model ?? null,
      resumed: start?.resumed ?? false,
      backfilled: true,
    },
    completeness,
    sourcePaths: [...session.main, ...session.parts].map(({ file }) => file.path),
    events,
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
