import { z } from "zod";
import { CoreError } from "../errors.js";
import { EventExtras, LogEventKind, LogSourceKind, type EventDraft } from "../schema/event.js";

/** An event as a writer may give it: `type` and the fields of that kind; what may be null or has a default may be missing. */
export type LogEventKindInput = z.input<typeof LogEventKind>;

const Draft = z.object({ sourceKind: LogSourceKind, kind: LogEventKind, extras: EventExtras });

/** What else a writer may say of an event; `ts` is RFC 3339, the time of the append where absent. */
export type EventInputExtras = EventExtras & { ts?: string };

/**
 * The event as the log takes it, defaults filled in; extras that nobody knows are left out.
 * @throws {CoreError} `INVALID_EVENT`, naming the field, never its value.
 */
export function toDraft(sourceKind: LogSourceKind, input: LogEventKindInput, { ts, ...extras }: EventInputExtras = {}): EventDraft {
  const parsed = Draft.safeParse({ sourceKind, kind: input, extras });
  if (!parsed.success) throw invalidEvent(input, parsed.error);
  return { ...parsed.data, ...(ts === undefined ? {} : { ts }) };
}

function invalidEvent(input: unknown, error: z.ZodError): CoreError {
  const type = (input as { type?: unknown } | null)?.type;
  const issue = error.issues[0];
  const [part, ...path] = issue?.path ?? [];
  const field = path.join(".") || (part === "sourceKind" ? "source_kind" : "event");
  return new CoreError("INVALID_EVENT", `Cannot log event of type ${JSON.stringify(type)}: ${field}: ${issue?.message}`, { cause: error });
}
