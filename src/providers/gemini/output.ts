import type { LogEventKind } from "../../schema/event.js";
import { parseTime } from "../../schema/time.js";
import { EventSink, timeOfRecord } from "../event-sink.js";
import { type JsonObject, stringAt } from "../json.js";
import type { ParsedEvent } from "../provider.js";
import type { Working } from "./state.js";

/** The events of one call of `parse`: what is said before session_started is held back in the state. */
export class Output extends EventSink<Working> {
  protected held(): ParsedEvent[] | undefined {
    return this.state.plain.pending?.held;
  }
}

export interface SayOptions {
  /** Instead of the record's key. */
  key?: string;
  /** A time within the record, where it has one of its own. */
  ts?: string | undefined;
  outputFile?: string | undefined;
}

/** One record, or one message of a record, that is being read. */
export class Reading {
  readonly out: Output;
  readonly state: Working;
  /** First half of its events' origins. */
  readonly key: string;
  readonly offsetBytes: number;
  /** Its own time, else that of the record before it, else "". */
  readonly ts: string;

  constructor(out: Output, record: JsonObject, { key, offsetBytes, timeField = "timestamp" }: { key: string; offsetBytes: number; timeField?: string }) {
    this.out = out;
    this.state = out.state;
    this.key = key;
    this.offsetBytes = offsetBytes;
    this.ts = timeOfRecord(out.state.plain, stringAt(record, timeField));
  }

  /** Whether a fact of this record was said, as far as is remembered. */
  isSaid(part: string, key = this.key): boolean {
    return this.state.said.has(`${key}/${part}`);
  }

  /**
   * Says a fact of this record, once: the same fact has the same origin in every copy of a conversation and each time it is repeated.
   * @param part Last part of `origin`.
   */
  say(kind: LogEventKind, part: string, { key = this.key, ts, outputFile }: SayOptions = {}): void {
    const { plain, said } = this.state;
    const origin = `${key}/${part}`;
    if (said.has(origin)) return;
    said.set(origin, 1);
    const event: ParsedEvent = { origin, kind, offsetBytes: this.offsetBytes };
    const time = ts !== undefined && parseTime(ts) !== undefined ? ts : this.ts;
    if (time) event.ts = time;
    if (plain.agentId) event.agentId = plain.agentId;
    if (plain.role === "main" && plain.session !== plain.primary) event.nativeSessionId = plain.session;
    if (outputFile !== undefined) event.outputFile = outputFile;
    this.out.push(event);
  }

  /** Says a provider_status. */
  status(message: string, data: unknown, part: string, options: SayOptions = {}): void {
    this.say({ type: "provider_status", message, data: data ?? null }, part, options);
  }
}
