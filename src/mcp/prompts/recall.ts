import { z } from "zod";
import { CoreError } from "../../errors.js";
import type { Mask, SearchHit } from "../../schema/ports.js";
import { shortText } from "../arguments/short-text.js";
import { headingName } from "../resources/fence.js";
import { clock } from "../resources/transcript-block.js";
import { hitText } from "../views/hit-text.js";
import { nextCall } from "../views/next-call.js";
import { citation, recorded } from "./excerpt.js";
import { dataNotice, definePrompt, type PromptContext } from "./prompt.js";
import { findHits, type Found } from "./recall-search.js";
import { fitSections, type Section } from "./sections.js";
import { counted, sessionFacts, sessionName } from "./session-head.js";

const bytes = { topic: 1_000 };
const maxHitChars = 500;

/** What is known of a topic from earlier sessions, and how to find more. */
export const recall = definePrompt({
  name: "recall",
  title: "Recall a topic",
  description: "What earlier sessions of the coding agents on this machine say of a topic, each finding with its place in the log, and how to search further.",
  args: z.strictObject({
    topic: shortText(1_000).describe("Words to look for, such as an error, a file or a decision; \"a phrase\" and prefix* are understood"),
    workspace: shortText(4_096).optional().describe("Only sessions in this path or below; . = here, all = everywhere. Default: here, and everywhere where nothing is found here"),
  }),
  async text({ topic, workspace }, context) {
    const place = await placeOf(workspace, context);
    const found = await findHits(topic, { workspace: place, isWidened: workspace === undefined }, context);
    const task = [
      "Tell what the earlier sessions of the coding agents on this machine say of this topic:",
      recorded(context.mask(topic), bytes.topic),
      howFound(found, context.mask),
      `Answer in a few sentences or points. Put the place behind each claim as session_id#seq, as it stands before each excerpt below. Where findings contradict each other, the later one counts. Look further as long as it helps, and say plainly what is not recorded.`,
      dataNotice,
      "",
    ].join("\n");
    return fitSections({ task, goOn: goOn(found, context) }, sections(found, context));
  },
});

/**
 * The folder to look in; undefined for everywhere. Claude Code (2.1.197) gives each typed word to another argument, quotes or not: a second word of the topic must not pass for a folder.
 * @throws {CoreError} `INVALID_ARGUMENT` for what is no path.
 */
async function placeOf(workspace: string | undefined, context: PromptContext): Promise<string | undefined> {
  if (workspace === "all") return undefined;
  if (workspace === undefined || /^[.~]|[/\\]/.test(workspace)) return context.workspaceOf(workspace);
  const quoted = JSON.stringify(workspace.slice(0, 100));
  throw new CoreError("INVALID_ARGUMENT", `workspace ${quoted} is no path. Give ., all, or a path such as ./src; join the words of a topic with hyphens where your client parts them, as in blank-receipts.`);
}

function howFound({ hits, total, totalIsExact, isHere, instead }: Found, mask: Mask): string {
  const where = isHere ? "in this workspace" : "in all workspaces";
  if (hits.length === 0) return `Nothing was found ${where}: no event holds these words, nor one of them. Try other words for it before you say that nothing is recorded.`;
  return `${whatWasLookedFor(instead, mask)} ${where}: ${totalIsExact ? "" : "at least "}${counted(total, "event")} with a match.`;
}

function whatWasLookedFor(instead: Found["instead"], mask: Mask): string {
  if (!instead) return "All of these words were looked for";
  const words = instead.words.map((word) => JSON.stringify(mask(word))).join(", ");
  const what = { together: `${words} were looked for together`, alone: `${words} were looked for, each alone`, part: `${words} was looked for as a part of words` };
  return `No event holds all of these words: ${what[instead.how]}`;
}

function goOn({ hits: [first], isHere }: Found, { catalogue }: PromptContext): string {
  const around = first && nextCall("read_session", { session_id: catalogue.shortId(first.sessionId), around_seq: first.seq });
  return [
    "## How to search on",
    ...(around === undefined ? [] : [`- ${around}: what came before and after a finding`]),
    `- search_sessions with other words for the topic${isHere ? ' and workspace ".", or without workspace for everywhere' : ""}: all words of query must occur in one event; "a phrase", prefix*; match substring or regex for parts of words and codes`,
    "- role narrows to whose words: user (what was asked), assistant (what was answered), tool_output (errors); since, file and tool narrow too; sort relevance or recent; context shows neighbours",
    "- list_sessions with text or file: which sessions were about it",
  ].join("\n");
}

/** The findings, those of a session together; sessions in the order of their best one. */
function sections({ hits }: Found, context: PromptContext): Section[] {
  const bySession = new Map<string, SearchHit[]>();
  for (const hit of hits) bySession.set(hit.sessionId, [...(bySession.get(hit.sessionId) ?? []), hit]);
  const blocks = [...bySession].flatMap(([sessionId, all]) => sessionBlocks(sessionId, all, context));
  return [{ heading: "Findings", blocks, keep: "first", share: 1 }];
}

function sessionBlocks(sessionId: string, hits: readonly SearchHit[], { catalogue, mask }: PromptContext): string[] {
  const shortId = catalogue.shortId(sessionId);
  const session = catalogue.get(sessionId);
  const head = session ? `### Session ${sessionName(session, shortId)}\n${sessionFacts(session, mask)}\n` : `### Session ${shortId}\n`;
  return hits.map((hit, nth) => {
    const text = hitText(hit, mask, { maxChars: maxHitChars });
    const said = `${citation(shortId, hit.seq)}${headingName(hit.type)}${headingName(hit.tool)}${clock(hit.ts)}\n${recorded(text, Infinity)}`;
    return nth === 0 ? `${head}${said}` : said;
  });
}
