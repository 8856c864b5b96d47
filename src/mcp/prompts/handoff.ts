import { z } from "zod";
import type { AnyLogEvent } from "../../schema/event.js";
import type { SessionFull } from "../../schema/session.js";
import { readSessionArg, sessionToRead } from "../arguments/session-ref.js";
import { fenced } from "../resources/fence.js";
import { firstCodePoints } from "../views/cut-text.js";
import { nextCall } from "../views/next-call.js";
import { Attempts } from "./attempts.js";
import { excerpt } from "./excerpt.js";
import { dataNotice, definePrompt, type PromptContext } from "./prompt.js";
import { fitSections, type Section } from "./sections.js";
import { sessionBefore } from "./session-argument.js";
import { sessionFacts, sessionName, sessionSums } from "./session-head.js";
import { eventAt, firstPrompt, walkBack } from "./session-walk.js";

const most = { prompts: 6, answers: 3, lastEvents: 8, failures: 4, files: 20 };
const bytes = { firstPrompt: 1_200, prompt: 500, answer: 1_500, failure: 500, event: 220 };
const maxPathChars = 200;

/** What the next agent must know of a session. */
export const handoff = definePrompt({
  name: "handoff",
  title: "Hand a session over",
  description: "What the next agent must know of a session: its task, prompts, last answers, failures that are open, files and last events, each with its place in the log.",
  args: z.strictObject({
    session: readSessionArg.optional().describe("Id, a prefix of 4+ characters, latest, previous or current. Default: the last session of this workspace before the one that asks"),
  }),
  async text({ session: ref }, context) {
    const session = ref === undefined ? await sessionBefore(context) : await sessionToRead(ref, context);
    const shortId = context.catalogue.shortId(session.session_id);
    const sections = await handoffSections(session, { shortId, context });
    const task = [
      `Hand over session ${sessionName(session, shortId)}: ${sessionSums(session)}.`,
      "Write what the next agent must know, in at most 25 lines: the goal; what is done; what was decided, and why; what is open or broken; which files matter; the next step.",
      `Put the place behind each claim, as it stands before each excerpt below (such as ${shortId}#1). Do not guess: say what the log does not tell. Files may have changed since: look at them before you build on what is said of them. Then wait for the user before you go on with the work.`,
      dataNotice,
      "",
    ].join("\n");
    return fitSections({ task, goOn: goOn(shortId) }, sections);
  },
});

function goOn(shortId: string): string {
  return [
    "## To know more",
    `- ${nextCall("read_session", { session_id: shortId })}: its last events; before_seq goes on backwards, around_seq shows a place with its neighbours`,
    `- ${nextCall("read_session", { session_id: shortId, types: ["user_message"] })}: all that was asked`,
    `- search_sessions with session_id ${JSON.stringify(shortId)}: where something was said or done`,
  ].join("\n");
}

/** What the way back through a session brings, each list in log order. */
interface Gathered {
  prompts: AnyLogEvent[];
  answers: AnyLogEvent[];
  last: AnyLogEvent[];
  attempts: Attempts;
}

async function gather(session: SessionFull, context: PromptContext): Promise<Gathered> {
  const found: Gathered = { prompts: [], answers: [], last: [], attempts: new Attempts() };
  const add = (list: AnyLogEvent[], event: AnyLogEvent, limit: number): void => void (list.length < limit && list.unshift(event));
  await walkBack(
    session,
    (event) => {
      found.attempts.note(event);
      if (event.type === "user_message") add(found.prompts, event, most.prompts);
      else if (event.type === "assistant_message") add(found.answers, event, most.answers);
      else if (event.type !== "reasoning") add(found.last, event, most.lastEvents);
      return true;
    },
    context,
  );
  return found;
}

async function handoffSections(session: SessionFull, { shortId, context }: { shortId: string; context: PromptContext }): Promise<Section[]> {
  const begun = await firstPrompt(session, context);
  const { prompts, answers, last: lastEvents, attempts } = await gather(session, context);
  const show = (events: readonly (AnyLogEvent | undefined)[], maxBytes: number): string[] =>
    events.flatMap((event) => (event ? [excerpt(event, { shortId, mask: context.mask, maxBytes })] : []));
  const open = attempts.troubles().filter(({ fix }) => fix === undefined);
  const failures = open.slice(-most.failures).map(({ failures: [first, ...more] }) => {
    const { seq, callSeq } = more.at(-1) ?? first;
    const events = [callSeq, seq].map((place) => (place === undefined ? undefined : eventAt(session, place, context)));
    return show(events, bytes.failure).join("\n");
  });
  return [
    { heading: "The session", blocks: [sessionFacts(session, context.mask)].filter((facts) => facts !== ""), keep: "first", share: 0.1 },
    { heading: "What was asked first", blocks: show([begun], bytes.firstPrompt), keep: "first", share: 0.15 },
    { heading: "What was asked last", blocks: show(prompts.filter(({ seq }) => seq !== begun?.seq), bytes.prompt), keep: "last", share: 0.15 },
    { heading: "What was answered last", blocks: show(answers, bytes.answer), keep: "last", share: 0.25 },
    { heading: "What failed and was not seen to work again", blocks: failures, keep: "last", share: 0.15 },
    { heading: "Files that its tools read or changed most", blocks: files(session, context), keep: "first", share: 0.1 },
    { heading: "What happened last", blocks: show(lastEvents, bytes.event), keep: "last", share: 0.1 },
  ];
}

function files(session: SessionFull, { catalogue, mask }: PromptContext): string[] {
  const query = { sessionId: session.session_id, groupBy: "file", includeChildren: true, timeZone: "UTC", limit: most.files } as const;
  const { groups } = catalogue.stats(query);
  if (groups.length === 0) return [];
  return [fenced(groups.map(({ key, toolCalls = 0 }) => `${toolCalls} × ${firstCodePoints(mask(key), maxPathChars)}`).join("\n"))];
}
