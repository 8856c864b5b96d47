import { type Completion, completions } from "./completion.js";
import { internalRpcError } from "./error-result.js";
import type { Host } from "./host.js";
import { promptNamed } from "./prompt-requests.js";
import type { Prompt } from "./prompts/prompt.js";
import type { Resource } from "./resources/resource.js";
import { invalidParams } from "./rpc-error.js";

/** A request for values: of a prompt's argument, or of a variable of a resource template. */
export interface CompletionRequest {
  ref: { type: "ref/prompt"; name: string } | { type: "ref/resource"; uri: string };
  argument: { name: string; value: string };
}

/**
 * Answers `completion/complete`.
 * @throws {RpcError} -32602 for a prompt, template, argument or variable that there is not.
 */
export async function complete(
  { ref, argument }: CompletionRequest,
  { host, prompts, resources }: { host: Host; prompts: readonly Prompt[]; resources: readonly Resource[] },
): Promise<{ completion: Completion }> {
  const known = ref.type === "ref/prompt" ? argumentsOf(promptNamed(prompts, ref.name)) : variablesOf(ref.uri, resources);
  if (!known.includes(argument.name)) throw invalidParams(`There is no ${JSON.stringify(argument.name.slice(0, 100))} to complete. There is ${known.join(", ") || "none"}`);
  try {
    const { catalogue, ingest } = await host.services();
    return { completion: completions(argument.name, argument.value, { catalogue, ingest, mask: host.mask }) };
  } catch (error) {
    throw internalRpcError(error, host.onInternal);
  }
}

function argumentsOf(prompt: Prompt): string[] {
  return Object.keys(prompt.args.shape);
}

/** Variables of the path; numbers in a query are not completed. */
function variablesOf(template: string, resources: readonly Resource[]): string[] {
  if (!resources.some(({ entry }) => entry.uri === template && template.includes("{"))) {
    throw invalidParams("Completion is for the resource templates of this server. List them first");
  }
  return [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
}
