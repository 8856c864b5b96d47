import type { EventView } from "../../schema/answers/event-page.js";
import { readableText } from "../../schema/readable-text.js";

/** What an event says, for people. @param provider Of its session: the begin of one tells it. */
export function eventWords({ type, text = "" }: EventView, provider: string): string {
  const words = readableText(type, text);
  return type === "session_started" && words !== text ? `provider: ${provider} · ${words}` : words;
}
