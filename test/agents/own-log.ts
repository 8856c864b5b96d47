import type { AgentLogEvent } from "../../src/schema/event.js";
import { readLogs } from "../helpers/logged.js";

export interface OwnLog {
  id: string;
  events: AgentLogEvent[];
}

/** The log of the session in which that prompt was typed; undefined as long as there is none. @throws {Error} where there are several. */
export function ownLog(home: string, prompt: string): OwnLog | undefined {
  const [found, ...others] = [...readLogs(home)].map(([id, events]) => ({ id, events })).filter(({ events }) => userTexts(events).includes(prompt));
  if (others.length > 0) throw new Error(`The prompt stands in ${others.length + 1} logs`);
  return found;
}

export function userTexts(events: readonly AgentLogEvent[]): string[] {
  return events.flatMap((event) => (event.type === "user_message" ? [event.content] : []));
}

export function answerTexts(events: readonly AgentLogEvent[]): string[] {
  return events.flatMap((event) => (event.type === "assistant_message" ? [event.content] : []));
}

/** Notes that were written into the session by `emit_event`. */
export function notes(events: readonly AgentLogEvent[]): string[] {
  return events.flatMap((event) => (event.type === "user_event" ? [event.message] : []));
}

/** Names of the tools that were called, in order. */
export function calledTools(events: readonly AgentLogEvent[]): string[] {
  return events.flatMap((event) => (event.type === "tool_call" ? [event.tool_name] : []));
}

/** Names of the tools whose result is there, in order. */
export function answeredTools(events: readonly AgentLogEvent[]): (string | null)[] {
  return events.flatMap((event) => (event.type === "tool_result" ? [event.tool_name] : []));
}
