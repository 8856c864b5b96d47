import type { LogEventKind } from "../../schema/event.js";
import { EventSink, timeOfRecord } from "../event-sink.js";
import { type JsonObject, stringAt } from "../json.js";
import type { ParsedEvent } from "../provider.js";
import type { CodexRecord } from "./envelope.js";
import type { RecordPlace, Working } from "./state.js";

/** The events of one call of `parse`: what is said before session_started is held back in the state. */
export class Output extends EventSink<Working> {
  protected held(): ParsedEvent[] | undefined {
    const { start } = this.state.plain;
    return start.said ? undefined : start.held;
  }

  /** Says an event of a record that was read before. */
  sayAt({ key, ts, offsetBytes }: RecordPlace, part: string, kind: LogEventKind): void {
    const event: ParsedEvent = { origin: `${key}/${part}`, kind, offsetBytes };
    if (ts) event.ts = ts;
    this.push(event);
  }
}

/** One record that is being read, and the events that it gives. */
export class RecordReading {
  readonly out: Output;
  readonly state: Working;
  readonly record: CodexRecord;
  readonly key: string;
  readonly offsetBytes: number;
  /** The record's own time, else that of the record before it, else "". */
  readonly ts: string;
  #said = 0;

  constructor(out: Output, record: CodexRecord, place: { key: string; offsetBytes: number; timestamp: string | undefined }) {
    this.out = out;
    this.state = out.state;
    this.record = record;
    this.key = place.key;
    this.offsetBytes = place.offsetBytes;
    this.ts = timeOfRecord(out.state.plain, place.timestamp);
  }

  get payload(): JsonObject {
    return this.record.payload;
  }

  /** `payload.type`, or that of the record where it has none. */
  get type(): string {
    return stringAt(this.record.payload, "type") ?? this.record.type;
  }

  get place(): RecordPlace {
    return { key: this.key, ts: this.ts, offsetBytes: this.offsetBytes };
  }

  /** Says an event of this record. @param part Last part of `origin`; the number of the event in the record where absent. */
  say(kind: LogEventKind, part = String(this.#said++)): void {
    this.out.sayAt(this.place, part, kind);
  }

  /** Says a provider_status. */
  status(message: string, data: unknown = null, part?: string): void {
    this.say({ type: "provider_status", message, data: data ?? null }, part);
  }
}
