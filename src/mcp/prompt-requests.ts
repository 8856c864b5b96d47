import { argumentError } from "./argument-error.js";
import { type Call, CallContext } from "./call-context.js";
import { callerError, internalRpcError } from "./error-result.js";
import type { Host } from "./host.js";
import { pageOf } from "./pages.js";
import type { Prompt } from "./prompts/prompt.js";
import { invalidParams } from "./rpc-error.js";
import { firstImportMs } from "./tool-calls.js";

/** A prompt as `prompts/list` shows it. */
export interface ListedPrompt {
  name: string;
  title: string;
  description: string;
  arguments: { name: string; description: string; required: boolean }[];
  [key: string]: unknown;
}

function listedPrompt({ name, title, description, args }: Prompt): ListedPrompt {
  const given = Object.entries(args.shape).map(([argument, schema]) => ({
    name: argument,
    description: schema.description ?? "",
    required: !schema.safeParse(undefined).success,
  }));
  return { name, title, description, arguments: given };
}

/** @throws {RpcError} -32602 for a cursor that was not given. */
export function listPrompts(prompts: readonly Prompt[], cursor: string | undefined): { prompts: ListedPrompt[]; nextCursor?: string } {
  const { page, ...next } = pageOf(prompts, cursor);
  return { prompts: page.map(listedPrompt), ...next };
}

/** @throws {RpcError} -32602 for a name that no prompt has. */
export function promptNamed(prompts: readonly Prompt[], name: string): Prompt {
  const prompt = prompts.find((known) => known.name === name);
  if (prompt) return prompt;
  throw invalidParams(`Unknown prompt ${JSON.stringify(name.slice(0, 100))}. There are ${prompts.map((known) => known.name).join(", ")}`);
}

/** Clients send what was left empty in a form as an empty text: it was not given. */
function givenArguments(given: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (value.trim() === "" ? [] : [[name, value.trim()]])));
}

function checkedArguments(prompt: Prompt, given: Readonly<Record<string, string>> | undefined): Record<string, unknown> {
  const args = givenArguments(given);
  const parsed = prompt.args.safeParse(args);
  if (parsed.success) return parsed.data;
  throw argumentError(parsed.error, args, { known: Object.keys(prompt.args.shape) });
}

/** What `prompts/get` answers: one message, from the user to the model, as plain text, which all clients show. */
export interface PromptResult {
  description: string;
  messages: { role: "user"; content: { type: "text"; text: string } }[];
  [key: string]: unknown;
}

/**
 * Makes the text of a prompt.
 * @throws {RpcError} -32602 for an unknown prompt and for arguments that the caller can mend, which the message tells; else -32603 with an id that stderr repeats.
 */
export async function getPrompt(
  prompts: readonly Prompt[],
  request: { name: string; arguments?: Record<string, string> | undefined },
  { host, call }: { host: Host; call: Call },
): Promise<PromptResult> {
  const prompt = promptNamed(prompts, request.name);
  try {
    const args = checkedArguments(prompt, request.arguments);
    const services = await host.services();
    await services.ingest.caughtUp(firstImportMs);
    const text = host.mask(await prompt.text(args, new CallContext(host, services, call)));
    return { description: prompt.description, messages: [{ role: "user", content: { type: "text", text } }] };
  } catch (error) {
    if (call.signal.aborted && error === call.signal.reason) throw error;
    const told = callerError(error);
    if (told) throw invalidParams(`${told.code}: ${host.mask(told.message)}`);
    throw internalRpcError(error, host.onInternal);
  }
}
