import type { LogEventKind } from "../../schema/event.js";
import { EventSink, timeOfRecord } from "../event-sink.js";
import { type JsonObject, stringAt } from "../json.js";
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

export interface SayOptions {
  /** Instead of one made of the record's key. */
  origin?: string;
  /** Last part of `origin`; the number of the event in its record where absent. */
  part?: string;
  outputFile?: string;
}

/** One record that is being read, and the events that it gives. */
export class RecordReading {
  readonly out: Output;
  readonly state: Working;
  readonly record: JsonObject;
  readonly key: string;
  readonly offsetBytes: number;
  /** The record's own time, else that of the record before it, else "". */
  readonly ts: string;
  /** Sub-agent it belongs to, "" for the main agent. */
  agentId = "";
  parentToolId = "";
  #said = 0;

  constructor(out: Output, record: JsonObject, place: { key: string; offsetBytes: number }) {
    this.out = out;
    this.state = out.state;
    this.record = record;
    this.key = place.key;
    this.offsetBytes = place.offsetBytes;
    this.ts = timeOfRecord(out.state.plain, stringAt(record, "timestamp"));
  }

  get type(): string {
    return stringAt(this.record, "type") ?? "unknown";
  }

  /** Says an event of this record. */
  say(kind: LogEventKind, { origin, part, outputFile }: SayOptions = {}): void {
    const event: ParsedEvent = { origin: origin ?? `${this.key}/${part ?? this.#said++}`, kind, offsetBytes: this.offsetBytes };
    if (this.ts) event.ts = this.ts;
    if (this.agentId) event.agentId = this.agentId;
    if (this.agentId && this.parentToolId) event.parentToolId = this.parentToolId;
    if (isUuid(this.key)) event.sharedKey = this.key;
    if (outputFile !== undefined) event.outputFile = outputFile;
    this.out.push(event);
  }

  /** Says a provider_status. */
  status(message: string, data: unknown = null, options: SayOptions = {}): void {
    this.say({ type: "provider_status", message, data: data ?? null }, options);
  }
}
