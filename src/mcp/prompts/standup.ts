import { z } from "zod";
import type { AnyLogEvent } from "../../schema/event.js";
import type { SessionFull } from "../../schema/session.js";
import { formatTime, parseTime } from "../../schema/time.js";
import { sinceArg, whenArgument } from "../arguments/when.js";
import { shownTime } from "../views/event-view.js";
import { nextCall } from "../views/next-call.js";
import { sumsView } from "../views/stats-view.js";
import { excerpt } from "./excerpt.js";
import { dataNotice, definePrompt, type PromptContext } from "./prompt.js";
import { fitSections } from "./sections.js";
import { counted, sessionFacts, sessionName, sessionSums } from "./session-head.js";
import { walkBack } from "./session-walk.js";

/** More sessions than fit are not looked into. */
const mostSessions = 15;
const bytes = { prompt: 300, answer: 450 };

/** What was done since a point in time. */
export const standup = definePrompt({
  name: "standup",
  title: "Stand-up report",
  description: "What the coding agents of this machine did since a point in time: each session with its title, workspace, what was asked, how it ended, and its counts, newest first.",
  args: z.strictObject({ since: sinceArg.describe("An age (4h, 1d, 1w), YYYY-MM-DD, or RFC 3339. Default: 1d") }),
  async text({ since = "1d" }, context) {
    const sinceMs = whenArgument("since", since, { nowMs: context.now() }) ?? 0;
    const { sessions, total } = context.catalogue.list({ sinceMs, includeChildren: false, limit: mostSessions });
    const blocks: string[] = [];
    for (const session of sessions) blocks.push(await sessionBlock(session, { sinceMs, context }));
    const task = [
      `Write a stand-up report of the ${counted(total, "session")} with events since ${shownTime(formatTime(sinceMs))}: what was done, in which project; what is open or blocked; what is next. One line for each thing done, by project; sessions on the same thing become one line.`,
      "Put the place behind each claim, as it stands before each excerpt below. Do not guess: how a session ended is what its last answer says, not what was asked.",
      dataNotice,
      `All of them together, with the sessions that they spawned: ${sums(sinceMs, context)}.`,
      "",
    ].join("\n");
    return fitSections({ task, goOn: goOn(since) }, [{ heading: "Sessions", blocks, keep: "first", share: 1 }]);
  },
});

function goOn(since: string): string {
  return [
    "## To know more",
    `- ${nextCall("list_sessions", { since, limit: 100 })}: all of these sessions`,
    "- read_session with an id from above: what was said and done in one",
    `- ${nextCall("session_stats", { since, group_by: "workspace" })}: tokens, cost and time by project`,
  ].join("\n");
}

function sums(sinceMs: number, { catalogue }: PromptContext): string {
  const { totals } = catalogue.stats({ sinceMs, groupBy: "none", includeChildren: true, timeZone: "UTC", limit: 1 });
  return Object.entries(sumsView(totals))
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

/** A session with the first thing that was asked in it since then, and the last thing that was answered. */
async function sessionBlock(session: SessionFull, { sinceMs, context }: { sinceMs: number; context: PromptContext }): Promise<string> {
  const shortId = context.catalogue.shortId(session.session_id);
  const { asked, answer } = await askedAndAnswered(session, { sinceMs, context });
  const show = (event: AnyLogEvent | undefined, maxBytes: number): string[] => (event ? [excerpt(event, { shortId, mask: context.mask, maxBytes })] : []);
  return [
    `### ${sessionName(session, shortId)}\n${sessionSums(session)}\n${sessionFacts(session, context.mask)}`,
    ...show(asked, bytes.prompt),
    ...show(answer, bytes.answer),
  ].join("\n");
}

async function askedAndAnswered(session: SessionFull, { sinceMs, context }: { sinceMs: number; context: PromptContext }) {
  let asked: AnyLogEvent | undefined;
  let answer: AnyLogEvent | undefined;
  await walkBack(
    session,
    (event) => {
      // An imported log is in the order of time but for a few lines; what is older than asked for ends the way.
      if ((parseTime(event.ts) ?? sinceMs) < sinceMs) return false;
      if (event.type === "user_message") asked = event;
      if (event.type === "assistant_message") answer ??= event;
      return true;
    },
    context,
  );
  return { asked, answer };
}
