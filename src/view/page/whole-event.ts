import type { EventView } from "../../schema/answers/event-page.js";
import type { Source } from "./source.js";

const mostBytes = 200_000;

/** The text of one event to its end, or as far as one answer goes. @throws {SourceError} */
export async function wholeView(source: Source, sessionId: string, seq: number): Promise<EventView | undefined> {
  const page = await source.call("read_session", { session_id: sessionId, around_seq: seq, limit: 1, agent: "all", max_chars_per_event: 150_000, max_bytes: mostBytes });
  return page.events.find((event) => event.seq === seq);
}

/** One event as it was logged. @throws {SourceError} */
export async function wholeLine(source: Source, sessionId: string, seq: number): Promise<Record<string, unknown> | undefined> {
  const page = await source.call("read_session", { session_id: sessionId, around_seq: seq, limit: 1, detail: "full", max_bytes: mostBytes });
  return (page.events as unknown as Record<string, unknown>[]).find((event) => event["seq"] === seq);
}
