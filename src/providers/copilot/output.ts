import type { LogEventKind } from "../../schema/event.js";
import { EventSink, timeOfRecord } from "../event-sink.js";
import { type JsonObject, objectAt, stringAt } from "../json.js";
import type { ParsedEvent } from "../provider.js";
import { isUuid } from "../record-key.js";
import type { Working } from "./state.js";

/** The events of one call of `parse`: what is said before session_started is held back in the state. */
export class Output extends EventSink<Working> {
  protected held(): ParsedEvent[] | undefined {
    const { start } = this.state.plain;
    return start.said ? undefined : start.held;
  }
}

/** The sub-agent that an event belongs to, "" for the main agent, and the call that spawned it, "" where unknown. */
export interface Thread {
  agentId: string;
  parentToolId: string;
}

export interface SayOptions {
  /** Last part of `origin`; the number of the event in its record where absent. */
  part?: string;
  /** Whose event it is, where it is not the record's. */
  thread?: Thread;
  onceKey?: string;
}

/** One record that is being read, and the events that it gives. */
export class RecordReading implements Thread {
  readonly out: Output;
  readonly state: Working;
  readonly record: JsonObject;
  /** What the record says, beside its envelope. Entries of the older objects, and the closing line of a stream, have no `data`: all of them is taken. */
  readonly data: JsonObject;
  readonly key: string;
  readonly offsetBytes: number;
  /** The record's own time, else that of the record before it, else "". */
  readonly ts: string;
  agentId = "";
  parentToolId = "";
  #said = 0;

  constructor(out: Output, record: JsonObject, place: { key: string; offsetBytes: number }) {
    this.out = out;
    this.state = out.state;
    this.record = record;
    this.data = objectAt(record, "data") ?? ("data" in record ? {} : record);
    this.key = place.key;
    this.offsetBytes = place.offsetBytes;
    this.ts = timeOfRecord(out.state.plain, stringAt(record, "timestamp"));
  }

  get type(): string {
    return stringAt(this.record, "type") ?? "unknown";
  }

  /** Says an event of this record. */
  say(kind: LogEventKind, { part, thread = this, onceKey }: SayOptions = {}): void {
    const event: ParsedEvent = { origin: `${this.key}/${part ?? this.#said++}`, kind, offsetBytes: this.offsetBytes };
    if (this.ts) event.ts = this.ts;
    if (thread.agentId) event.agentId = thread.agentId;
    if (thread.agentId && thread.parentToolId) event.parentToolId = thread.parentToolId;
    if (isUuid(this.key)) event.sharedKey = this.key;
    if (onceKey !== undefined) event.onceKey = onceKey;
    this.out.push(event);
  }

  /** Says a provider_status. */
  status(message: string, data: unknown = null, options: SayOptions = {}): void {
    this.say({ type: "provider_status", message, data: data ?? null }, options);
  }
}
