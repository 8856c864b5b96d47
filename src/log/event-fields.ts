import type { AnyLogEvent } from "../schema/event.js";
import { parseTime } from "../schema/time.js";

/** An event's fields as they stand on its line, none of them checked: foreign writers share the log. */
export type EventFields = Readonly<Record<string, unknown>>;

export function fieldsOf(event: AnyLogEvent): EventFields {
  return event as unknown as EventFields;
}

/** `value` where it is a string that is not empty, else null. */
export function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** `value` where it is a finite number, else 0. */
export function numberOrZero(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

/** Time of an event in milliseconds since the epoch; null where it cannot be read. */
export function timeOf(fields: EventFields): number | null {
  return typeof fields["ts"] === "string" ? (parseTime(fields["ts"]) ?? null) : null;
}

/** The value of a `provider_status` that says `fact` of its session, else null. */
export function factOf(fields: EventFields, fact: string): string | null {
  return fields["type"] === "provider_status" && fields["message"] === fact ? textOrNull(fields["data"]) : null;
}

/** Produced by the main agent, not by a sub-agent. */
export function isMainAgent(fields: EventFields): boolean {
  return textOrNull(fields["agent_id"]) === null;
}
