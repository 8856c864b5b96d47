import { setTimeout as delay } from "node:timers/promises";
import type { EventPage, EventView } from "../schema/answers/event-page.js";
import type { SessionList } from "../schema/answers/session-list.js";
import type { CommandContext } from "./command.js";
import { jsonLine } from "./json-line.js";
import { eventWords } from "./look/event-words.js";
import { providerLook } from "./look/provider.js";
import { type Style, styleFor } from "./look/style.js";
import { timeOfDay } from "./look/times.js";
import { fitted } from "./look/width.js";
import { maxBytes } from "./pages.js";
import { visible } from "./visible.js";

export interface TailCommandOptions {
  /** Absent: all live sessions. */
  session?: string;
  provider?: string;
  /** Events of the past to begin with. */
  last: number;
  follow: boolean;
  /** Events as lines of JSON, each with its session. */
  json: boolean;
  /** Arguments that choose events. */
  filters: Readonly<Record<string, unknown>>;
}

type Session = Pick<SessionList["sessions"][number], "session_id" | "provider">;

/** How often new live sessions are looked for, where all are followed. */
const lookForLiveMs = 2000;
const waitMs = 20_000;
/** Events that one call may ask for at most. */
const perPage = 500;

/** Shows the last events of a session or of all live ones, and goes on with `--follow` until it is stopped. @returns The exit code. */
export async function tailCommand(options: TailCommandOptions, context: CommandContext): Promise<0> {
  const tail = new Tail(options, context);
  if (options.follow) await context.follow();
  try {
    await (options.session === undefined ? tail.allLive() : tail.one(options.session));
    return 0;
  } catch (error) {
    // Stopped by who follows: that is how it ends.
    if (context.signal.aborted && error === context.signal.reason) return 0;
    throw error;
  }
}

class Tail {
  readonly #options: TailCommandOptions;
  readonly #context: CommandContext;
  readonly #style: Style;
  /** What was written before is the past. */
  readonly #startMs: number;
  readonly #followed = new Map<string, Promise<void>>();

  constructor(options: TailCommandOptions, context: CommandContext) {
    this.#options = options;
    this.#context = context;
    this.#style = styleFor(context.terminal);
    this.#startMs = context.now();
  }

  /** The named session. */
  async one(ref: string): Promise<void> {
    const { session } = await this.#context.callTool("read_session", { session_id: ref, limit: 0 });
    await this.#session({ session_id: session.session_id, provider: session.provider ?? "" });
  }

  /** Every session that is live, and that becomes so. */
  async allLive(): Promise<void> {
    const { follow, provider } = this.#options;
    const { callTool, terminal, signal } = this.#context;
    let fail: (error: unknown) => void = () => undefined;
    const failed = new Promise<never>((_resolve, reject) => (fail = reject));
    for (let isFirst = true; ; isFirst = false) {
      const { sessions } = await callTool("list_sessions", { status: "live", include_children: true, limit: 100, max_bytes: maxBytes, ...(provider !== undefined && { provider }) });
      for (const session of [...sessions].reverse()) {
        if (this.#followed.has(session.session_id)) continue;
        const shown = isFirst ? this.#session(session) : this.#lateSession(session);
        this.#followed.set(session.session_id, shown);
        if (follow) shown.catch(fail);
        else await shown;
      }
      if (isFirst && sessions.length === 0) terminal.tell(`No session is live${follow ? "; waiting for one. Ctrl-C ends" : "; name one, or wait with --follow"}.`);
      if (!follow) return;
      await Promise.race([failed, delay(lookForLiveMs, undefined, { signal }).catch(() => signal.throwIfAborted())]);
    }
  }

  /** A session that came to life during this run: all that was written since is shown. */
  async #lateSession(session: Session): Promise<void> {
    await this.#session(session, { pastSeq: await this.#pastSeq(session.session_id) });
  }

  /** Seq of the last event that was written before this run; -1 where there is none. */
  async #pastSeq(sessionId: string): Promise<number> {
    const { callTool } = this.#context;
    const { session } = await callTool("read_session", { session_id: sessionId, limit: 0 });
    if (Date.parse(session.started_at ?? "") >= this.#startMs) return -1;
    // Whole events have a time each.
    const { events, first_seq: firstSeq = 0 } = await callTool("read_session", { session_id: sessionId, detail: "full", limit: perPage, max_bytes: maxBytes });
    return events.findLast(({ ts = "" }) => Date.parse(ts) < this.#startMs)?.seq ?? firstSeq - 1;
  }

  /** @param options.pastSeq Seq of the last event of the past; what there is now is the past where it is absent. */
  async #session(session: Session, { pastSeq }: { pastSeq?: number } = {}): Promise<void> {
    const { follow, filters } = this.#options;
    const common = { ...filters, session_id: session.session_id, max_bytes: maxBytes };
    let afterSeq = await this.#showPast(session, { common, pastSeq });
    if (!follow) return;
    for (;;) {
      const next = await this.#context.callTool("wait_for_events", { ...common, limit: perPage, timeout_ms: waitMs, ...(afterSeq !== undefined && { after_seq: afterSeq }) });
      this.#show(session, next);
      afterSeq = next.next_after_seq ?? afterSeq;
      if (next.ended) return;
    }
  }

  /** Shows the last events of the past. @returns The seq to go on after; undefined: from now on. */
  async #showPast(session: Session, { common, pastSeq }: { common: Readonly<Record<string, unknown>>; pastSeq: number | undefined }): Promise<number | undefined> {
    const { last } = this.#options;
    if (last === 0 || pastSeq === -1) return pastSeq;
    const page = await this.#context.callTool("read_session", { ...common, limit: Math.min(last, perPage), ...(pastSeq !== undefined && { before_seq: pastSeq + 1 }) });
    this.#show(session, page);
    return pastSeq ?? page.last_seq ?? -1;
  }

  #show({ session_id: id, provider }: Session, { events }: EventPage): void {
    const { terminal } = this.#context;
    for (const event of events) {
      if (this.#options.json) terminal.out(jsonLine({ session_id: id, provider, ...event }));
      else terminal.out(this.#line(event, { id, provider }));
    }
  }

  /** One line: when, whose, what. */
  #line(event: EventView, { id, provider }: { id: string; provider: string }): string {
    const style = this.#style;
    const { icon, look } = providerLook(provider);
    const time = event.ts === undefined ? " ".repeat(8) : timeOfDay(event.ts);
    const what = `${event.ok === false ? "✗ " : ""}${visible(markOf(event))} ${visible(eventWords(event, provider).replace(/\s+/g, " ").trim())}`;
    const room = Math.max(20, this.#context.terminal.isOutTerminal ? this.#context.terminal.columns - 20 : 400);
    const looks = event.ok === false ? (["red"] as const) : event.type === "user_message" ? (["green"] as const) : event.type === "assistant_message" ? [] : (["dim"] as const);
    return `${style(time, "dim")} ${style(`${icon} ${id.slice(0, 8)}`, look)} ${style(fitted(what, room), ...looks)}\n`;
  }
}

function markOf({ type, tool }: EventView): string {
  switch (type) {
    case "user_message":
      return "❯";
    case "assistant_message":
      return "◂";
    case "tool_call":
      return `▸ ${tool ?? ""}`;
    case "tool_result":
      return `└ ${tool ?? ""}`;
    default:
      return `· ${type}`;
  }
}
