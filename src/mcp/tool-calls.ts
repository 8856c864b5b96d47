import { CoreError } from "../errors.js";
import { argumentError, refuseUnbounded } from "./argument-error.js";
import { type Call, CallContext } from "./call-context.js";
import { errorResult } from "./error-result.js";
import type { Host } from "./host.js";
import { jsonSchemaOf } from "./json-schema.js";
import { type ToolResult, toolResult } from "./result.js";
import { invalidParams } from "./rpc-error.js";
import type { Tool } from "./tool.js";
import { maskStrings } from "./views/mask-strings.js";

/** An agent asks as soon as it is connected: until then the first import has so long to find what there is, its own session above all. */
export const firstImportMs = 1000;

/** A tool as `tools/list` shows it. */
export interface ListedTool {
  name: string;
  title: string;
  description: string;
  inputSchema: ReturnType<typeof jsonSchemaOf>;
  outputSchema: ReturnType<typeof jsonSchemaOf>;
  annotations: Tool["annotations"];
  [key: string]: unknown;
}

export function listedTool(tool: Tool): ListedTool {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: jsonSchemaOf(tool.args),
    outputSchema: jsonSchemaOf(tool.output),
    annotations: tool.annotations,
    ...(tool.meta && { _meta: tool.meta }),
  };
}

function checkedArguments(tool: Tool, args: unknown): Record<string, unknown> {
  const known = Object.keys(tool.args.shape);
  refuseUnbounded(args, known);
  const parsed = tool.args.safeParse(args ?? {});
  if (parsed.success) return parsed.data;
  throw argumentError(parsed.error, args, { known });
}

async function run(tool: Tool, args: unknown, { host, call }: { host: Host; call: Call }): Promise<ToolResult> {
  if (tool.writes && host.readOnly) {
    throw new CoreError("READ_ONLY", `${tool.name} writes, and this server was started with --read-only. Start it without to write.`);
  }
  const checked = checkedArguments(tool, args);
  const services = await host.services();
  if (!tool.writes) await services.ingest.caughtUp(firstImportMs);
  const answer = await tool.run(checked, new CallContext(host, services, call));
  // Recorded text was masked before it was cut; this is for names, of kinds of events for one, that nobody takes for text.
  return toolResult(maskStrings(answer, host.mask) as Record<string, unknown>);
}

/**
 * Runs one call. Everything that a caller did wrong, and every failure, is a result with `isError`; only an unknown tool is not.
 * @throws {RpcError} -32602 for a tool that is not in `tools`; the signal's reason for a call that was cancelled, which is not answered.
 */
export async function callTool(
  tools: readonly Tool[],
  request: { name: string; arguments?: unknown },
  { host, call }: { host: Host; call: Call },
): Promise<ToolResult> {
  const tool = tools.find(({ name }) => name === request.name);
  if (!tool) throw invalidParams(`Unknown tool ${JSON.stringify(request.name.slice(0, 100))}`);
  return run(tool, request.arguments, { host, call }).catch((error: unknown) => {
    // The caller's own words, to a call that nobody waits for any more: no failure of the server's.
    if (call.signal.aborted && error === call.signal.reason) throw error;
    return errorResult(error, host);
  });
}
