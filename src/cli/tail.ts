import { setTimeout as delay } from "node:timers/promises";
import type { EventPage, EventView } from "../schema/answers/event-page.js";
import type { SessionList } from "../schema/answers/session-list.js";
import type { CommandContext } from "./command.js";
import { jsonLine } from "./json-line.js";
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

/** Shows the last events of a session or of all live ones, and goes on with `--follow` until it is stopped. @returns The exit code. */
export async function tailCommand(options: TailCommandOptions, context: CommandContext): Promise<0> {
  if (options.follow) await context.follow();
  const tail = new Tail(options, context);
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
  readonly #followed = new Map<string, Promise<void>>();

  constructor(options: TailCommandOptions, context: CommandContext) {
    this.#options = options;
    this.#context = context;
    this.#style = styleFor(context.terminal);
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
        const shown = this.#session(session);
        this.#followed.set(session.session_id, shown);
        if (follow) shown.catch(fail);
        else await shown;
      }
      if (isFirst && sessions.length === 0) terminal.err(`session-log-mcp: No session is live${follow ? "; waiting for one. Ctrl-C ends" : "; name one, or wait with --follow"}.\n`);
      if (!follow) return;
      await Promise.race([failed, delay(lookForLiveMs, undefined, { signal }).catch(() => signal.throwIfAborted())]);
    }
  }

  async #session(session: Session): Promise<void> {
    const { callTool } = this.#context;
    const { last, follow, filters } = this.#options;
    const common = { ...filters, session_id: session.session_id, max_bytes: maxBytes };
    const { session: facts } = await callTool("read_session", { session_id: session.session_id, limit: 0 });
    const page = last === 0 ? undefined : await callTool("read_session", { ...common, limit: Math.min(last, 500) });
    if (page) this.#show(session, page);
    let afterSeq = page?.last_seq ?? (last === 0 ? undefined : -1);
    if (!follow || (facts.status === "ended" && this.#options.session !== undefined && !page)) return;
    for (;;) {
      const next = await callTool("wait_for_events", { ...common, limit: 500, timeout_ms: waitMs, ...(afterSeq !== undefined && { after_seq: afterSeq }) });
      this.#show(session, next);
      afterSeq = next.next_after_seq ?? afterSeq;
      if (next.ended) return;
    }
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
    const what = `${event.ok === false ? "✗ " : ""}${visible(markOf(event))} ${visible((event.text ?? "").replace(/\s+/g, " ").trim())}`;
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
