import { z } from "zod";
import { CoreError } from "../../errors.js";
import type { Following, StartedSession } from "../../schema/ports.js";
import { ProviderName } from "../../schema/provider-name.js";
import { foldSessionId } from "../../schema/session-id.js";
import type { SessionFull } from "../../schema/session.js";
import { formatTime } from "../../schema/time.js";
import { checkNoSecret, checkSessionId } from "../arguments/new-session-id.js";
import { shortText } from "../arguments/short-text.js";
import { withoutUndefined } from "../arguments/without-undefined.js";
import { defineTool, type ToolContext } from "../tool.js";

const idArg = shortText(256).optional();

/** What a new session gets where the caller says nothing; one that goes on keeps what it has, so zod fills in neither. */
const newSession = { command: "mcp", workspacePath: "." };

const args = z.strictObject({
  provider: ProviderName.describe("Who works in the session: claude, codex, gemini, copilot or a name of your own"),
  command: shortText(4_096).optional().meta({ default: newSession.command }).describe("What started it"),
  model: shortText(256).optional().describe("Model, where known"),
  title: shortText(1_000).optional().describe("What it is about"),
  workspace_path: shortText(4_096).optional().meta({ default: newSession.workspacePath }).describe("Folder it works in; . = the client's first root"),
  session_id: shortText(256).optional().describe("Id to use or, with resumed, to go on with; default a new UUID"),
  provider_session_id: idArg.describe("The provider's own id of the session"),
  parent_session_id: idArg.describe("Session that spawned it"),
  resumed: z.boolean().default(false).describe("Go on with session_id where it exists"),
  prompt: z.string().optional().describe("First prompt, recorded as a user_message"),
  follow: z.boolean().default(false).describe("Also take over what the provider's own log of the session says"),
});
type Given = z.output<typeof args>;

/** Starts a session, or goes on with one. */
export const startSession = defineTool({
  name: "start_session",
  title: "Start a session",
  description:
    "Start the log of a session, to record events in it with emit_event and close it with end_session. With follow, the provider's native log is attached: following says attached, waiting (none yet) or ambiguous (several, so none); if that native session has a log already, its id is the answer.",
  args,
  output: z.object({
    session_id: z.string(),
    provider: z.string(),
    started_at: z.string(),
    resumed: z.boolean(),
    following: z.string().optional(),
    next_seq: z.number(),
    log_path: z.string(),
    events_uri: z.string(),
  }),
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  writes: true,
  async run(given, context) {
    for (const name of ["session_id", "parent_session_id"] as const) {
      checkSessionId(name, given[name]);
      checkNoSecret(name, given[name], context.mask);
    }
    checkNoSecret("provider", given.provider, context.mask);
    return given.follow ? startFollowing(given, context) : answer(await start(given, context));
  },
});

type Started = StartedSession & { provider: string };

async function start(given: Given, context: ToolContext): Promise<Started> {
  const { session_id: sessionId, provider, resumed, model, title, prompt } = given;
  const before = resumed && sessionId !== undefined ? context.catalogue.get(sessionId) : undefined;
  const started = await context.logs.start({
    provider,
    command: given.command ?? before?.command ?? newSession.command,
    resumed,
    workspacePath: await workspaceFor(given, { before, context }),
    ...withoutUndefined({
      model,
      title,
      prompt,
      sessionId,
      providerSessionId: given.provider_session_id,
      parentSessionId: given.parent_session_id,
    }),
  });
  return { ...started, startedAt: before?.started_at ?? started.startedAt, provider: before?.provider ?? provider };
}

/** Absolute path of the workspace: the caller's choice, else what the session has, else where the caller is. */
async function workspaceFor({ workspace_path: path }: Given, { before, context }: { before: SessionFull | undefined; context: ToolContext }): Promise<string> {
  if (path === undefined && before?.workspace !== undefined) return before.workspace;
  return context.workspaceOf(path ?? newSession.workspacePath);
}

function answer(started: Started, following?: Following) {
  return {
    session_id: started.sessionId,
    provider: started.provider,
    started_at: started.startedAt,
    resumed: started.resumed,
    ...withoutUndefined({ following }),
    next_seq: started.nextSeq,
    log_path: started.logPath,
    events_uri: `session-log:///sessions/${started.sessionId}/events.jsonl`,
  };
}

/**
 * A native session that has a log already is that log: it is looked for before another one is made. Else the log comes first, because what is
 * attached to it may be written to it at once.
 */
async function startFollowing(given: Given, context: ToolContext) {
  const { provider, provider_session_id: providerSessionId } = given;
  if (!context.providers.includes(provider)) {
    throw new CoreError("INVALID_ARGUMENT", `provider "${provider}" cannot be followed. Give one of ${context.providers.join(", ")}, or leave follow out.`);
  }
  const callerSessionIds = (await context.asker()).providerSessionIds;
  const known = logOfNative(providerSessionId === undefined ? callerSessionIds : [providerSessionId], { provider, context });
  if (known && isFed(known)) return answer(feeding(known, { given, context }), "attached");
  if (known) requireSame(known, given);

  const request = known ? { ...given, session_id: known.session_id, resumed: true } : given;
  const started = await start(request, context);
  const { following, existingSessionId } = await context.ingest.follow({
    provider,
    workspacePath: await context.workspaceOf(given.workspace_path ?? newSession.workspacePath),
    callerSessionIds,
    sessionId: started.sessionId,
    startedAtMs: context.now(),
    ...withoutUndefined({ providerSessionId }),
  });
  const existing = existingSessionId === undefined ? undefined : context.catalogue.get(existingSessionId);
  if (!existing) return answer(started, following);
  // Found only by the workspace, or imported this very moment.
  await context.logs.end(started.sessionId, { success: true, result: `goes on in session ${existing.session_id}` });
  return answer(feeding(existing, { given, context }), following);
}

/** The session whose log holds one of these native sessions; the first that has one. */
function logOfNative(nativeIds: readonly string[], { provider, context }: { provider: string; context: ToolContext }): SessionFull | undefined {
  for (const nativeId of nativeIds) {
    const session = sessionOf(nativeId, context);
    // The catalogue takes prefixes too; a native session has this very id.
    const ids = [session?.provider_session_id, session?.session_id].map((id) => foldSessionId(id ?? ""));
    if (session?.provider === provider && ids.includes(foldSessionId(nativeId))) return session;
  }
  return undefined;
}

function sessionOf(ref: string, { catalogue }: ToolContext): SessionFull | undefined {
  try {
    return catalogue.get(catalogue.resolve(ref, { providerSessionIds: [], workspace: "" }, { forWriting: false }));
  } catch (error) {
    if (error instanceof CoreError && ["SESSION_NOT_FOUND", "AMBIGUOUS_SESSION", "INVALID_ARGUMENT"].includes(error.code)) return undefined;
    throw error;
  }
}

/** Whether a provider's file feeds the log; else the session was started here under the provider's id. */
function isFed(session: SessionFull): boolean {
  return (session.source_paths?.length ?? 0) > 0;
}

function requireSame(session: SessionFull, { session_id: wanted }: Given): void {
  if (wanted === undefined || foldSessionId(wanted) === foldSessionId(session.session_id)) return;
  throw new CoreError("SESSION_EXISTS", `the native session has the log ${session.session_id} already. Leave session_id out, or give that one.`);
}

/** Goes on with a log that a provider feeds: nothing is written, and the prompt is left to the native log, which says it too. */
function feeding(session: SessionFull, { given, context }: { given: Given; context: ToolContext }): Started {
  requireSame(session, given);
  return {
    sessionId: session.session_id,
    provider: session.provider,
    startedAt: session.started_at ?? formatTime(context.now()),
    resumed: true,
    nextSeq: context.logs.lastSeq(session.session_id) + 1,
    logPath: session.log_path,
  };
}
