import { z } from "zod";
import type { AnyLogEvent } from "../../schema/event.js";
import type { SessionFull } from "../../schema/session.js";
import { readSessionArg, sessionToRead } from "../arguments/session-ref.js";
import { nextCall } from "../views/next-call.js";
import { Attempts, type Trouble } from "./attempts.js";
import { citation, excerpt } from "./excerpt.js";
import { dataNotice, definePrompt, type PromptContext } from "./prompt.js";
import { fitSections, type Section } from "./sections.js";
import { sessionFacts, sessionName, sessionSums } from "./session-head.js";
import { eventAt, farthestLines, firstPrompt, lastStepsBetween, stepsAfter, walkBack } from "./session-walk.js";

const mostShown = 5;
/** Steps that are shown on the way to what worked, and after what was not seen to work. */
const mostSteps = { toFix: 4, after: 2 };
const bytes = { prompt: 800, ending: 700, call: 200, failure: 700, step: 220, fix: 220 };

/** What failed in a session, and what fixed it. */
export const postmortem = definePrompt({
  name: "postmortem",
  title: "Post-mortem of a session",
  description: "What failed in a session and what fixed it: failed calls with their results, what was done after them, and the attempt that went well, each with its place in the log.",
  args: z.strictObject({
    session: readSessionArg.optional().describe("Id, a prefix of 4+ characters, latest, previous or current. Default: current, the session that asks; where that is unknown, the last one of this workspace"),
  }),
  async text({ session: ref = "current" }, context) {
    const session = await sessionToRead(ref, context);
    const shortId = context.catalogue.shortId(session.session_id);
    const { troubles, ending } = await gather(session, context);
    const task = [
      `Write a post-mortem of session ${sessionName(session, shortId)}: ${sessionSums(session)}. ${whatFailed(session, troubles)}`,
      "For each failure that mattered: what was tried, how it failed, its cause, what fixed it (or that nothing did), and what would have found it sooner. Leave out what was only a wrong guess or a probe. End with what to do differently next time.",
      `Put the place behind each claim, as it stands before each excerpt below (such as ${shortId}#1). A call counts as fixed when the same command or file worked later: check that this was the fix. Do not guess: say what the log does not tell.`,
      dataNotice,
      "",
    ].join("\n");
    return fitSections({ task, goOn: goOn(shortId) }, await sections(session, { troubles, ending, shortId, context }));
  },
});

function whatFailed({ events }: SessionFull, troubles: readonly Trouble[]): string {
  const worked = troubles.filter(({ fix }) => fix !== undefined).length;
  const counts = troubles.length === 0 ? "No call failed" : `Failures of ${troubles.length} different calls, ${worked} of which worked later`;
  return `${counts}${events > farthestLines ? `, in its last ${farthestLines} events` : ""}; searches and reads that found nothing do not count.`;
}

function goOn(shortId: string): string {
  return [
    "## To know more",
    `- read_session with session_id ${JSON.stringify(shortId)} and around_seq: what came before and after a place`,
    `- ${nextCall("search_sessions", { query: "error", session_id: shortId, role: "tool_output" })}: what else went wrong`,
    "- search_sessions with words of the failure: whether other sessions met it too",
  ].join("\n");
}

interface Gathered {
  troubles: Trouble[];
  /** The last thing that was said. */
  ending: AnyLogEvent | undefined;
}

async function gather(session: SessionFull, context: PromptContext): Promise<Gathered> {
  const attempts = new Attempts();
  let ending: AnyLogEvent | undefined;
  await walkBack(
    session,
    (event) => {
      attempts.note(event);
      if (event.type === "assistant_message") ending ??= event;
      return true;
    },
    context,
  );
  return { troubles: attempts.troubles(), ending };
}

interface Shown extends Gathered {
  shortId: string;
  context: PromptContext;
}

async function sections(session: SessionFull, { troubles, ending, shortId, context }: Shown): Promise<Section[]> {
  const show = (event: AnyLogEvent | undefined, maxBytes: number): string[] => (event ? [excerpt(event, { shortId, mask: context.mask, maxBytes })] : []);
  const worst = new Set(troubles.toSorted((one, other) => weight(other) - weight(one)).slice(0, mostShown));
  const [shown, others] = [troubles.filter((trouble) => worst.has(trouble)), troubles.filter((trouble) => !worst.has(trouble))];
  return [
    { heading: "The session", blocks: [sessionFacts(session, context.mask)].filter((facts) => facts !== ""), keep: "first", share: 0.1 },
    { heading: "What was asked first", blocks: show(await firstPrompt(session, context), bytes.prompt), keep: "first", share: 0.1 },
    { heading: "What failed", blocks: shown.map((trouble) => story(trouble, { session, shortId, context })), keep: "last", share: 0.65 },
    { heading: "What failed too", blocks: others.map((trouble) => `- ${summary(trouble, shortId)}`), keep: "last", share: 0.05 },
    { heading: "What was said last", blocks: show(ending, bytes.ending), keep: "last", share: 0.1 },
  ];
}

/** What failed often and was fixed has the most to tell. */
function weight({ failures, fix }: Trouble): number {
  return failures.length + (fix ? 1 : 0);
}

function summary({ failures, fix }: Trouble, shortId: string): string {
  const places = failures.slice(0, 5).map(({ seq }) => citation(shortId, seq));
  const more = failures.length > places.length ? ` and ${failures.length - places.length} times more` : "";
  return `failed at ${places.join(", ")}${more}; ${fix ? `worked at ${citation(shortId, fix.seq)}` : "not seen to work later"}`;
}

/** The last of the failures with its call, what was done then, and the attempt that went well. */
function story(trouble: Trouble, { session, shortId, context }: { session: SessionFull; shortId: string; context: PromptContext }): string {
  const { failures, fix } = trouble;
  const last = failures[failures.length - 1] ?? failures[0];
  const show = (seq: number | undefined, maxBytes: number): string[] => {
    const event = seq === undefined ? undefined : eventAt(session, seq, context);
    return event ? [excerpt(event, { shortId, mask: context.mask, maxBytes })] : [];
  };
  const steps = fix
    ? lastStepsBetween(session, { afterSeq: last.seq, beforeSeq: fix.callSeq ?? fix.seq }, { most: mostSteps.toFix, context })
    : stepsAfter(session, last.seq, { most: mostSteps.after, context });
  return [
    `### ${summary(trouble, shortId)}\n`,
    ...show(last.callSeq, bytes.call),
    ...show(last.seq, bytes.failure),
    ...steps.flatMap(({ seq }) => show(seq, bytes.step)),
    ...show(fix?.callSeq, bytes.call),
    ...show(fix?.seq, bytes.fix),
  ].join("\n");
}
