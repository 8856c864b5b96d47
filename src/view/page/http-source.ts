import type { ToolAnswers } from "../../schema/answers/tool-answers.js";
import { type Source, SourceError } from "./source.js";

/** The command that serves the page. */
export function httpSource(): Source {
  return {
    canCall: true,
    async call<Name extends keyof ToolAnswers>(tool: Name, args: Record<string, unknown>) {
      const response = await fetch(`tools/${tool}?args=${encodeURIComponent(JSON.stringify(args))}`).catch((error: unknown) => {
        if (!(error instanceof TypeError)) throw error;
        throw new SourceError("The command that serves this page is gone. Run session-log-mcp view again.");
      });
      if (response.status === 403) throw new SourceError(await response.text());
      const { answer, error } = (await response.json()) as { answer?: ToolAnswers[Name]; error?: string };
      if (answer === undefined) throw new SourceError(error ?? `The command answered ${response.status}.`);
      return answer;
    },
    watch: (sessionId, onChange) => whileVisible(() => {
      const stream = new EventSource(sessionId === undefined ? "changes" : `changes?session=${encodeURIComponent(sessionId)}`);
      stream.addEventListener("session", () => onChange("session"));
      stream.addEventListener("sessions", () => onChange("sessions"));
      // What came while the page was not looked at, or the connection was gone.
      stream.addEventListener("open", () => onChange("sessions"));
      return () => stream.close();
    }),
  };
}

/** A browser gives one server six connections, and each tab takes one for its changes: tabs that nobody looks at need none. */
function whileVisible(begin: () => () => void): () => void {
  let end: (() => void) | undefined;
  const turn = (): void => {
    if (document.hidden) {
      end?.();
      end = undefined;
    } else end ??= begin();
  };
  document.addEventListener("visibilitychange", turn);
  turn();
  return () => {
    document.removeEventListener("visibilitychange", turn);
    end?.();
  };
}
