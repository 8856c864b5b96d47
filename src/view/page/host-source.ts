import type { EventPage } from "../../schema/answers/event-page.js";
import type { ToolAnswers } from "../../schema/answers/tool-answers.js";
import { HostLink } from "./host-link.js";
import { type Source, SourceError } from "./source.js";

/** The revision of MCP Apps that is spoken here. */
const protocolVersion = "2026-01-26";
const waitMs = 20_000;

type Params = Readonly<Record<string, unknown>>;

/** What of the host's context the page goes by. */
export interface HostContext {
  theme?: "light" | "dark";
  styles?: { variables?: Readonly<Record<string, string | undefined>> };
  displayMode?: string;
  availableDisplayModes?: readonly string[];
  containerDimensions?: { height?: number; maxHeight?: number };
}

export interface HostEvents {
  onContext(context: HostContext): void;
  /** The result of the call that the page stands beside. */
  onPage(page: EventPage): void;
  onFailure(text: string): void;
}

export interface HostConnection {
  source: Source;
  /** Asks for another way to be shown; which it is, the context tells. */
  requestDisplayMode(mode: string): void;
  /** Tells how high the page would like to be, in CSS pixels. */
  tellHeight(height: number): void;
}

/** Connects with the host of an MCP App. */
export async function connectHost({ onContext, onPage, onFailure }: HostEvents): Promise<HostConnection> {
  const link = new HostLink({
    "ui/notifications/tool-result": (result) => {
      const page = structured<EventPage>(result);
      if (page && result["isError"] !== true) onPage(page);
      else onFailure(textOf(result));
    },
    "ui/notifications/tool-cancelled": () => onFailure("The call was cancelled."),
    "ui/notifications/host-context-changed": (context) => onContext(context as HostContext),
    "ui/resource-teardown": () => ({}),
    ping: () => ({}),
  });
  const hello = (await link.request("ui/initialize", {
    protocolVersion,
    appInfo: { name: "session-log", version: "1" },
    appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
  })) as { hostCapabilities?: { serverTools?: unknown }; hostContext?: HostContext };
  onContext(hello.hostContext ?? {});
  // What follows an `initialized` may come at once: whoever is called back is there by now.
  queueMicrotask(() => link.notify("ui/notifications/initialized", {}));
  return {
    source: hostSource(link, { canCall: hello.hostCapabilities?.serverTools !== undefined }),
    requestDisplayMode(mode) {
      link.request("ui/request-display-mode", { mode }).then(
        (result) => onContext({ displayMode: String((result as { mode?: unknown } | undefined)?.mode ?? "inline") }),
        (error: unknown) => onFailure(String(error)),
      );
    },
    tellHeight: (height) => link.notify("ui/notifications/size-changed", { width: document.documentElement.clientWidth, height }),
  };
}

function hostSource(link: HostLink, { canCall }: { canCall: boolean }): Source {
  const call = async <Name extends keyof ToolAnswers>(name: Name, args: Record<string, unknown>): Promise<ToolAnswers[Name]> => {
    const result = (await link.request("tools/call", { name, arguments: args })) as Params;
    const answer = structured<ToolAnswers[Name]>(result);
    if (answer === undefined || result["isError"] === true) throw new SourceError(textOf(result));
    return answer;
  };
  return {
    canCall,
    call,
    watch(sessionId, onChange) {
      let isOver = sessionId === undefined || !canCall;
      const follow = async (): Promise<void> => {
        while (!isOver) {
          const { ended } = await call("wait_for_events", { session_id: sessionId, agent: "all", limit: 1, max_bytes: 1000, timeout_ms: waitMs });
          // Also when the time was over: something may have come between two waits.
          if (!isOver) onChange("session");
          isOver ||= ended === true;
        }
      };
      // A host that lets nobody wait: the page stays as it is.
      follow().catch((error: unknown) => {
        if (!(error instanceof SourceError)) throw error;
      });
      return () => void (isOver = true);
    },
  };
}

/** Some hosts hand on only the text, which is the same. */
function structured<Answer>(result: Params): Answer | undefined {
  if (typeof result["structuredContent"] === "object" && result["structuredContent"] !== null) return result["structuredContent"] as Answer;
  try {
    return JSON.parse(textOf(result)) as Answer;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

function textOf(result: Params): string {
  const content = Array.isArray(result["content"]) ? (result["content"] as { text?: unknown }[]) : [];
  return content.map(({ text }) => (typeof text === "string" ? text : "")).join("\n");
}
