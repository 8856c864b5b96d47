import type { CommandContext } from "./command.js";
import { jsonLine } from "./json-line.js";

export interface ViewCommandOptions {
  /** A session as reads take it: an id, its beginning, `latest`, `previous`; the list where absent. */
  session?: string;
  /** 0 for any that is free. */
  port: number;
  /** Whether the page is opened in the browser; where absent, if somebody is at a terminal and did not ask for JSON. */
  open?: boolean;
  json: boolean;
}

/** Serves the page until the command is stopped. @returns The exit code. */
export async function viewCommand({ session, port, json, open }: ViewCommandOptions, context: Pick<CommandContext, "callTool" | "follow" | "startView" | "openLink" | "signal" | "terminal">): Promise<0> {
  const { terminal, signal } = context;
  await context.follow();
  const sessionId = session === undefined ? undefined : (await context.callTool("read_session", { session_id: session, limit: 0 })).session.session_id;
  const server = await context.startView({ port });
  try {
    const url = sessionId === undefined ? server.url : `${server.url}#/session/${encodeURIComponent(sessionId)}`;
    if (json) terminal.out(jsonLine({ url, ...(sessionId !== undefined && { session_id: sessionId }) }));
    else terminal.out(`${url}\n\nThe link leads in once, on this machine only. Ctrl-C ends the page.\n`);
    if (open ?? (terminal.isErrTerminal && !json)) await context.openLink(url);
    await aborted(signal);
    return 0;
  } finally {
    await server.close();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
