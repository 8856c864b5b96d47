import { setMaxListeners } from "node:events";
import type { CallTool } from "../cli/command.js";
import { CoreError, type ErrorCode, errorCodes } from "../errors.js";
import type { Host } from "../mcp/host.js";
import { callTool } from "../mcp/tool-calls.js";
import { tools } from "../mcp/tools/catalogue.js";

/**
 * Calls the tools of the server without a server: arguments, filters, masking, cursors and errors are those that agents meet.
 * @param host.services The parts of the home, opened at the first call.
 */
export function toolClient(host: Host, { signal }: { signal: AbortSignal }): CallTool {
  // Each call that waits listens to it, and `tail -f` has one for every live session: no leak for Node to warn of.
  setMaxListeners(0, signal);
  return async (name, args, { onProgress } = {}) => {
    const call = { meta: undefined, clientName: undefined, firstRoot: () => Promise.resolve(undefined), signal, progress: onProgress ?? (() => undefined) };
    const { structuredContent, isError, content } = await callTool(tools, { name, arguments: args }, { host, call });
    if (isError) throw failure(content[0]?.text ?? "");
    // The tool's own output, by the name that it was called by.
    return structuredContent as never;
  };
}

/** The error that the text of a result tells. */
function failure(text: string): CoreError {
  const [, code, message] = /^([A-Z_]+): ([\s\S]*)$/.exec(text) ?? [];
  const known: ErrorCode = errorCodes.find((one) => one === code) ?? "INTERNAL";
  return new CoreError(known, forPeople(message ?? text));
}

/** Where an agent is told to call a tool, or to give it an argument, people are told the command that asks it, and its option. */
function forPeople(message: string): string {
  const commands: Readonly<Record<string, string>> = { list_sessions: "list", read_session: "read", search_sessions: "search", session_stats: "stats" };
  return message.replace(/\b(?:list_sessions|read_session|search_sessions|session_stats)\b/g, (tool) => `session-log-mcp ${commands[tool] ?? tool}`).replace(/\bmatch "(\w+)"/, "--match $1");
}
