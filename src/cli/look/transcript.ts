import type { EventView } from "../../schema/answers/event-page.js";
import { visible, visibleLines } from "../visible.js";
import { eventWords } from "./event-words.js";
import { grouped } from "./numbers.js";
import { providerLook } from "./provider.js";
import type { Look, Style } from "./style.js";
import { clock, timeOfDay } from "./times.js";
import { fitted, widthOf } from "./width.js";
import { wrapped } from "./wrap.js";

/** How events are shown. */
export interface TranscriptOptions {
  style: Style;
  columns: number;
  /** Shows what tools were given and gave to their end. */
  full: boolean;
  /** The provider whose agent speaks. */
  provider: string;
}

/** Lines of a result, of reasoning and of a call that are shown folded. */
const foldedLines = 3;

/** Events as a conversation that people read: who said what, and what tools were called and gave. */
export function transcript(events: readonly EventView[], options: TranscriptOptions): string {
  return events.map((event, at) => eventLines(event, options, events[at - 1])).join("").replace(/^\n/, "");
}

/** One event, with its line break. @param previous The event before it, which tells whether its time is worth saying in full. */
function eventLines(event: EventView, options: TranscriptOptions, previous?: EventView): string {
  switch (event.type) {
    case "user_message":
      return said(event, { ...options, who: "you", icon: "❯", look: "green", previous });
    case "assistant_message": {
      const { icon, look } = providerLook(options.provider);
      return said(event, { ...options, who: visible(options.provider), icon, look, previous });
    }
    case "tool_call":
      return call(event, options, previous);
    case "tool_result":
      return result(event, options);
    case "reasoning":
      return folded(event, { ...options, looks: ["dim", "italic"], mark: "✱" });
    case "stderr":
    case "parse_warning":
      return folded(event, { ...options, looks: ["red"], mark: "!" });
    default:
      return folded(event, { ...options, looks: ["dim"], mark: "·", name: event.type, words: eventWords(event, options.provider) });
  }
}

function said(event: EventView, { style, columns, who, icon, look, previous }: TranscriptOptions & { who: string; icon: string; look: Look; previous: EventView | undefined }): string {
  const head = `${style(`${icon} ${who}`, look, "bold")}${agentOf(event, style)} ${style(placeOf(event, previous), "dim")}`;
  const lines = visibleLines(event.text ?? "").trim().split("\n").flatMap((line) => wrapped(line, columns - 2));
  return `\n${head}\n${lines.map((line) => `  ${line}`.trimEnd()).join("\n")}\n${cutNote(event, style)}`;
}

function placeOf(event: EventView, previous: EventView | undefined): string {
  const time = event.ts === undefined ? "" : previous === undefined ? ` ${clock(event.ts)}` : ` ${timeOfDay(event.ts)}`;
  return `#${event.seq}${time}`;
}

function agentOf({ agent }: EventView, style: Style): string {
  return agent === undefined ? "" : style(` (${visible(agent)})`, "dim");
}

function call(event: EventView, { style, columns, full }: TranscriptOptions, previous: EventView | undefined): string {
  const name = visible(event.tool ?? "tool");
  const text = visibleLines(event.text ?? "").trim();
  const gap = previous?.type === "tool_result" || previous?.type === "tool_call" ? "" : "\n";
  const head = `${gap}  ${style("▸", "cyan")} ${style(name, "cyan", "bold")}${agentOf(event, style)}`;
  const place = ` #${event.seq}`;
  if (full && text.includes("\n")) return `${head}${style(place, "dim")}\n${indented(text, columns, "    ")}\n`;
  const room = columns - widthOf(name) - widthOf(place) - 8 - (event.agent === undefined ? 0 : widthOf(event.agent) + 3);
  const line = text.replace(/\s*\n\s*/g, " ⏎ ");
  return `${head} ${full ? line : fitted(line, Math.max(10, room))}${style(place, "dim")}\n`;
}

/** A call that failed has its result in red; one that went well its first lines. */
function result(event: EventView, { style, columns, full }: TranscriptOptions): string {
  const looks: Look[] = event.ok === false ? ["red"] : ["dim"];
  const lines = linesOf(event, { columns: columns - 6, full });
  if (lines.shown.length === 0) return `    ${style(event.ok === false ? "✗ failed" : "✓", ...looks)}\n`;
  const mark = event.ok === false ? "✗" : "└";
  return lines.shown.map((line, at) => `    ${style(`${at === 0 ? mark : " "} ${line}`.trimEnd(), ...looks)}\n`).join("") + moreNote(lines.more, event, style);
}

function folded(event: EventView, { style, columns, full, looks, mark, name, words = event.text ?? "" }: TranscriptOptions & { looks: Look[]; mark: string; name?: string; words?: string }): string {
  const { shown, more } = linesOf(name === undefined ? event : { ...event, text: `${name} ${words}` }, { columns: columns - 4, full });
  return shown.map((line, at) => `  ${style(`${at === 0 ? mark : " "} ${line}`.trimEnd(), ...looks)}\n`).join("") + moreNote(more, event, style);
}

/** The lines of a text: all, or the first few, each cut to the width. */
function linesOf({ text = "" }: EventView, { columns, full }: { columns: number; full: boolean }): { shown: string[]; more: number } {
  const all = visibleLines(text).split("\n").map((line) => line.trimEnd()).filter((line, at, every) => line !== "" || (full && at > 0 && at < every.length - 1));
  if (full) return { shown: all.flatMap((line) => wrapped(line, columns)), more: 0 };
  return { shown: all.slice(0, foldedLines).map((line) => fitted(line, columns)), more: Math.max(0, all.length - foldedLines) };
}

function moreNote(more: number, { cut }: EventView, style: Style): string {
  if (more === 0 && cut === undefined) return "";
  const parts = [...(more > 0 ? [`${grouped(more)} more ${more === 1 ? "line" : "lines"}`] : []), ...(cut === undefined ? [] : [`${grouped(cut)} more characters`])];
  return `      ${style(`… ${parts.join(", ")}`, "dim")}\n`;
}

function cutNote({ cut }: EventView, style: Style): string {
  return cut === undefined ? "" : `  ${style(`… ${grouped(cut)} more characters (--full)`, "dim")}\n`;
}

function indented(text: string, columns: number, indent: string): string {
  return text.split("\n").flatMap((line) => wrapped(line, columns - indent.length)).map((line) => `${indent}${line}`.trimEnd()).join("\n");
}
