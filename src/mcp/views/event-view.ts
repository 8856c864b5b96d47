import type { EventView } from "../../schema/answers/event-page.js";
import type { AnyLogEvent } from "../../schema/event.js";
import type { Mask } from "../../schema/ports.js";
import { parseTime } from "../../schema/time.js";
import { cutText, firstCodePoints } from "./cut-text.js";
import { eventText } from "./event-text.js";

/** A call, as its results refer to it. */
export interface CallPlace {
  seq: number;
  tool: string | undefined;
}

/** What of an event was recorded: its text and its names, masked and then cut. */
export interface EventBody {
  text: string;
  cut: number;
  tool?: string;
  agent?: string;
}

/** Names longer than this are no names. */
const maxNameChars = 100;

/** Masks first, then keeps the first `maxChars` code points. */
export function eventBody(event: AnyLogEvent, { mask, maxChars }: { mask: Mask; maxChars: number }): EventBody {
  const tool = toolName(event);
  const agent = event.agent_id;
  return {
    ...cutText(eventText(event, mask), maxChars),
    ...(tool !== undefined && tool !== "" && { tool: shortName(mask(tool)) }),
    ...(typeof agent === "string" && { agent: shortName(mask(agent)) }),
  };
}

/** The same body with at most `maxChars` code points. */
export function shorterBody(body: EventBody, maxChars: number): EventBody {
  const { text, cut } = cutText(body.text, maxChars);
  return { ...body, text, cut: body.cut + cut };
}

/**
 * @param options.call The call that this result answers, where it was found.
 * @param options.showTime Whether `ts` is said.
 */
export function eventView(
  event: AnyLogEvent,
  body: EventBody,
  { call, showTime }: { call?: CallPlace | undefined; showTime: boolean },
): EventView {
  const view: EventView = { seq: event.seq, type: shortName(event.type) };
  const tool = body.tool ?? call?.tool;
  if (tool !== undefined && tool !== "") view.tool = shortName(tool);
  if (call) view.of = call.seq;
  if (event.type === "tool_result" && event["success"] === false) view.ok = false;
  if (body.agent !== undefined) view.agent = body.agent;
  if (showTime) view.ts = shownTime(event.ts);
  if (body.cut > 0) view.cut = body.cut;
  if (body.text !== "") view.text = body.text;
  return view;
}

/** The tool that a call or result names. */
export function toolName(event: AnyLogEvent): string | undefined {
  if (event.type !== "tool_call" && event.type !== "tool_result") return undefined;
  const name = (event as { tool_name?: unknown }).tool_name;
  return typeof name === "string" ? name : undefined;
}

/** The id that joins a call and its results. */
export function toolId(event: AnyLogEvent): string | undefined {
  if (event.type !== "tool_call" && event.type !== "tool_result") return undefined;
  const id = (event as { tool_id?: unknown }).tool_id;
  return typeof id === "string" && id !== "" ? id : undefined;
}

const pauseMs = 60_000;

/** Whether `ts` is worth saying after an event of `previous`: on the first, and after a step of a minute in either direction. */
export function isPause(previous: string | undefined, ts: string): boolean {
  if (previous === undefined) return true;
  const from = parseTime(previous);
  const to = parseTime(ts);
  if (from === undefined || to === undefined) return previous !== ts;
  return Math.abs(to - from) >= pauseMs;
}

/** `YYYY-MM-DDTHH:MM:SSZ`; a time that cannot be read stands as it was written. */
export function shownTime(ts: string): string {
  const ms = parseTime(ts);
  return ms === undefined ? shortName(ts) : new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** A name as it is shown: its first 100 code points. */
export function shortName(name: string): string {
  return firstCodePoints(String(name), maxNameChars);
}
