import { setTimeout as delay } from "node:timers/promises";
import type { EventView } from "../schema/answers/event-page.js";
import type { HitSession, HitView, SearchHits } from "../schema/answers/search-page.js";
import { readableText } from "../schema/readable-text.js";
import type { CommandContext } from "./command.js";
import { type HitBlock, hitBlocks, isHit } from "./hit-blocks.js";
import { jsonLine } from "./json-line.js";
import { highlighted, type Searched } from "./look/highlight.js";
import { grouped } from "./look/numbers.js";
import { providerLook } from "./look/provider.js";
import { shortPath } from "./look/short-path.js";
import { type Style, styleFor } from "./look/style.js";
import { ago } from "./look/times.js";
import { fitted, widthOf } from "./look/width.js";
import { wrapped } from "./look/wrap.js";
import { tellIfNothingYet } from "./nothing-yet.js";
import { allPages } from "./pages.js";
import { ProgressLine } from "./progress-line.js";
import { visible } from "./visible.js";

export interface SearchCommandOptions {
  searched: Searched;
  /** Further arguments of `search_sessions`. */
  filters: Readonly<Record<string, unknown>>;
  limit: number;
  json: boolean;
}

/** Searches all sessions. @returns The exit code. */
export async function searchCommand({ searched, filters, limit, json }: SearchCommandOptions, context: CommandContext): Promise<0> {
  const { callTool, terminal } = context;
  const { query, match, caseSensitive } = searched;
  const args = { ...filters, query, match, case_sensitive: caseSensitive, include_current: true };
  const line = new ProgressLine(terminal);
  const onProgress = ({ progress, total }: { progress: number; total?: number }): void => line.show({ done: progress, total: total ?? progress, unit: "logs" });
  try {
    const ask = (): Promise<SearchHits> => allPages((page) => callTool("search_sessions", { ...args, ...page }, { onProgress }), { items: "hits", limit, perPage: 50, beside: "sessions" });
    const answer = await untilWhole(ask, line);
    line.clear();
    terminal.out(json ? jsonLine(answer) : textOf(answer, searched, context));
    if (answer.total === 0) await tellIfNothingYet(context);
    return 0;
  } finally {
    line.clear();
  }
}

const lookAgainMs = 200;
/** An index that nobody goes on with, for one in a folder that cannot be written, is not waited for. */
const standstillMs = 5000;

/** Asks again while the index of all logs is being built; its builder works between the answers. */
async function untilWhole(ask: () => Promise<SearchHits>, line: ProgressLine): Promise<SearchHits> {
  let answer = await ask();
  const total = answer.index.pending_bytes ?? 0;
  let least = Infinity;
  let sinceMs = performance.now();
  while (!answer.index.complete && performance.now() - sinceMs < standstillMs) {
    const left = answer.index.pending_bytes ?? 0;
    if (left < least) sinceMs = performance.now();
    least = Math.min(least, left);
    line.show({ title: "search index", done: Math.max(0, total - left), total: Math.max(total, left), unit: "bytes" });
    await delay(lookAgainMs);
    answer = await ask();
  }
  return answer;
}

interface Around {
  searched: Searched;
  style: Style;
  columns: number;
  nowMs: number;
  homeDir: string;
}

function textOf(answer: SearchHits, searched: Searched, { terminal, places, now }: CommandContext): string {
  const style = styleFor(terminal);
  const around = { searched, style, columns: Math.min(terminal.columns, 160), nowMs: now(), homeDir: places.homeDir };
  const blocks = hitBlocks(answer.hits);
  const shown = blocks.map((block, at) => {
    const isSame = blocks[at - 1]?.sessionId === block.sessionId;
    const head = isSame ? gapBefore(block, style) : `${at === 0 ? "" : "\n"}${headOf(block, answer.sessions, around)}`;
    return head + block.events.map((event) => (isHit(event) ? hitText(event, around) : neighbour(event, around))).join("");
  });
  return `${shown.join("")}${shown.length > 0 ? "\n" : ""}${style(summary(answer), "dim")}\n`;
}

/** Where the events of a block are no neighbours of those above. */
function gapBefore({ events }: HitBlock, style: Style): string {
  return events.length > 1 ? `${style("  --", "dim")}\n` : "";
}

/** A line for the session that the hits below it stand in. */
function headOf({ sessionId: id }: HitBlock, sessions: readonly HitSession[], { style, columns, homeDir }: Around): string {
  const { title = "", provider = "", workspace = "" } = sessions.find(({ session_id }) => session_id === id) ?? {};
  const { icon, look } = providerLook(provider);
  const start = `${icon} ${id}`;
  const name = fitted(visible(title), columns - widthOf(start) - 2);
  const where = fitted(visible(shortPath(workspace, homeDir)), Math.max(0, columns - widthOf(start) - widthOf(name) - 4));
  return `${style(start, look)}${name === "" ? "" : `  ${style(name, "bold")}`}${where === "" ? "" : `  ${style(where, "dim")}`}\n`;
}

function hitText(hit: HitView, { searched, style, columns, nowMs }: Around): string {
  const place = `  ${style(`#${hit.seq}`, "cyan")} ${whoOf(hit)} ${style(ago(hit.ts, nowMs), "dim")}\n`;
  const text = wrapped(oneLine(hit.text), columns - 4).map((line) => `    ${highlighted(line.trim(), searched, style)}\n`);
  return place + text.join("");
}

function neighbour(event: EventView, { style, columns }: Around): string {
  return `${style(fitted(`  #${event.seq} ${whoOf(event)}: ${oneLine(readableText(event.type, event.text ?? ""))}`, columns), "dim")}\n`;
}

function whoOf({ type, tool }: { type: string; tool?: string }): string {
  return visible(tool === undefined ? type : `${type} ${tool}`);
}

/** A text in one line, its breaks and runs of spaces as one space each. */
function oneLine(text: string): string {
  return visible(text.replace(/\s+/g, " ").trim());
}

function summary({ hits, total, total_is_exact: isExact, excluded, elsewhere, index }: SearchHits): string {
  const all = `${isExact ? "" : "at least "}${grouped(total)}`;
  return [
    total === 0 ? "Nothing found." : `${hits.length < total ? `${grouped(hits.length)} of ${all}` : all} ${total === 1 ? "hit" : "hits"}${hits.length < total ? "; --limit shows more" : ""}.`,
    ...(elsewhere === undefined ? [] : [`${grouped(elsewhere)} outside of this workspace.`]),
    ...(excluded === undefined ? [] : [`${grouped(excluded)} in calls of this program left out.`]),
    ...(index.complete ? [] : [`Not all is indexed yet: ${((index.pending_bytes ?? 0) / 1e6).toFixed(1)} MB to go.`]),
  ].join(" ");
}
