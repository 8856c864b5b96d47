import type { EventPage } from "../schema/answers/event-page.js";
import { tokenParts } from "../schema/token-parts.js";
import type { CommandContext } from "./command.js";
import { jsonLine } from "./json-line.js";
import { grouped, lengthOf, short } from "./look/numbers.js";
import { providerLook } from "./look/provider.js";
import { shortPath } from "./look/short-path.js";
import { type Style, styleFor } from "./look/style.js";
import { clock } from "./look/times.js";
import { transcript } from "./look/transcript.js";
import { wrapped } from "./look/wrap.js";
import { maxBytes } from "./pages.js";
import { visible } from "./visible.js";

export interface ReadCommandOptions {
  session: string;
  /** Arguments of `read_session` that name the place and choose the events. */
  args: Readonly<Record<string, unknown>>;
  limit: number;
  /** Whole texts for people, whole lines in JSON. */
  full: boolean;
  json: boolean;
}

/** Events that one call may ask for at most. */
const perPage = 500;
/** What a message may have where results are folded; whole ones are as long as a tool gives them. */
const briefChars = 4000;
const fullChars = 200_000;

/** Shows a session as a transcript. @returns The exit code. */
export async function readCommand(options: ReadCommandOptions, context: CommandContext): Promise<0> {
  const { callTool, terminal } = context;
  const { full, json, session, limit } = options;
  const args = { ...options.args, session_id: session, max_bytes: maxBytes, ...(full && json ? { detail: "full" } : { max_chars_per_event: full ? fullChars : briefChars }) };
  const page = await gather((more) => callTool("read_session", { ...args, ...more }), { args: options.args, limit });
  if (json) {
    terminal.out(jsonLine(page));
    return 0;
  }
  // What is known of the session comes where no events are asked for.
  const { session: facts } = await callTool("read_session", { session_id: session, limit: 0 });
  const style = styleFor(terminal);
  const columns = Math.min(terminal.columns, 120);
  const body = transcript(page.events, { style, columns, full, provider: facts.provider ?? "" });
  await context.page(`${heading(facts, { style, columns: terminal.isOutTerminal ? columns : Infinity, homeDir: context.places.homeDir })}\n${before(page, style)}${body}${after(page, style)}`);
  return 0;
}

type Ask = (more: Readonly<Record<string, unknown>>) => Promise<EventPage>;

/** Goes on from page to page, away from the place that was named, until there are enough events. */
async function gather(ask: Ask, { args, limit }: { args: ReadCommandOptions["args"]; limit: number }): Promise<EventPage> {
  let page = await ask({ limit: Math.min(limit, perPage) });
  if ("around_seq" in args) return page;
  const isForward = args["from"] === "start" || "after_seq" in args;
  for (;;) {
    const left = limit - page.events.length;
    if (left <= 0 || !(isForward ? page.has_more_after : page.has_more_before)) return page;
    const place = isForward ? { from: undefined, after_seq: page.next_after_seq } : { from: undefined, before_seq: page.first_seq };
    const next = await ask({ ...place, limit: Math.min(left, perPage) });
    page = isForward ? joined(page, next) : joined(next, page);
  }
}

/** Two pages that follow each other as one. */
function joined(earlier: EventPage, later: EventPage): EventPage {
  const { has_more_after: _more, next_after_seq: _next, last_seq: _last, next: _call, hidden: _hidden, ...head } = earlier;
  const { has_more_before: _before, first_seq: _first, ...tail } = later;
  const hidden = sums(earlier.hidden, later.hidden);
  return { ...tail, ...head, events: [...earlier.events, ...later.events], ...(Object.keys(hidden).length > 0 && { hidden }) };
}

function sums(...counts: (Readonly<Record<string, number>> | undefined)[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [kind, count] of counts.flatMap((one) => Object.entries(one ?? {}))) all[kind] = (all[kind] ?? 0) + count;
  return all;
}

/** What is known of the session, on a few lines. */
function heading({ title, provider = "", status, workspace, model, session_id: id, started_at: started, last_event_at: last, events, tool_calls: calls, tool_errors: errors, tokens }: EventPage["session"], { style, columns, homeDir }: { style: Style; columns: number; homeDir: string }): string {
  const { icon, look } = providerLook(provider);
  const span = started !== undefined && last !== undefined ? Date.parse(last) - Date.parse(started) : Number.NaN;
  const facts = [
    [`${icon} ${visible(provider)}`, model && visible(model), status, workspace && visible(shortPath(workspace, homeDir))],
    [started && clock(started), Number.isFinite(span) && span > 0 && lengthOf(span), events && `${grouped(events)} ${events === 1 ? "event" : "events"}`, calls && `${grouped(calls)} ${calls === 1 ? "call" : "calls"}`, errors && `${grouped(errors)} failed`, tokens && `tokens: ${tokenParts(tokens).map(([count, what]) => `${short(count)} ${what}`).join(", ")}`],
  ];
  const lines = facts.flatMap((line, nth) => wrapped(line.filter(Boolean).join(" · "), columns).map((part) => style(part.trim(), nth === 0 ? look : "dim")));
  return `${style(visible(title ?? "Untitled"), "bold")}\n${style(id, "dim")}\n${lines.join("\n")}\n`;
}

function before(page: EventPage, style: Style): string {
  return page.has_more_before ? `${style(`… earlier events: --before ${page.first_seq ?? 0}, or --limit`, "dim")}\n\n` : "";
}

/** What comes after the page, and what it leaves out. */
function after({ has_more_after: more, next_after_seq: next, hidden = {}, events }: EventPage, style: Style): string {
  const left = Object.entries(hidden).map(([kind, count]) => `${grouped(count)} ${visible(kind)}`);
  const notes = [
    ...(events.length === 0 ? ["No events."] : []),
    ...(more ? [`… later events: --after ${next ?? 0}, or --limit`] : []),
    ...(left.length > 0 ? [`Left out: ${left.join(", ")} (--types shows kinds, --agent all sub-agents).`] : []),
  ];
  return notes.map((note) => `\n${style(note, "dim")}\n`).join("");
}
