import { z } from "zod";
import type { Call } from "./call-context.js";
import { complete } from "./completion-requests.js";
import type { Host } from "./host.js";
import { getPrompt, listPrompts } from "./prompt-requests.js";
import type { Prompt } from "./prompts/prompt.js";
import { ResourceRequests } from "./resource-requests.js";
import type { Resource } from "./resources/resource.js";
import { invalidParams } from "./rpc-error.js";
import { callTool, type ListedTool, listedTool } from "./tool-calls.js";
import type { Tool } from "./tool.js";

/** What the server offers, as data. */
export interface Offered {
  tools: readonly Tool[];
  resources: readonly Resource[];
  prompts: readonly Prompt[];
}

/** How a request is answered, by whichever revision of the protocol it came. */
export interface OfferedRequest {
  /**
   * @throws {RpcError} -32602 for parameters that are none of this request's; what its handler throws.
   */
  answer(params: unknown, call: Call): Promise<Result>;
}

type Result = Readonly<Record<string, unknown>>;

const Page = z.looseObject({ cursor: z.string().optional() }).optional();
const Uri = z.looseObject({ uri: z.string() });
/** Each text that is none would be named: not a million of them. */
const PromptArguments = z
  .looseObject({})
  .refine((given) => Object.keys(given).length <= 100, "give at most 100 arguments")
  .pipe(z.record(z.string(), z.string()));
const Completion = z.looseObject({
  ref: z.discriminatedUnion("type", [z.looseObject({ type: z.literal("ref/prompt"), name: z.string() }), z.looseObject({ type: z.literal("ref/resource"), uri: z.string() })]),
  argument: z.looseObject({ name: z.string(), value: z.string() }),
});

function offered<Params extends z.ZodType>(params: Params, answer: (params: z.output<Params>, call: Call) => Result | Promise<Result>): OfferedRequest {
  return { answer: async (given, call) => answer(checkedParams(params, given), call) };
}

/** @throws {RpcError} -32602 that names the places that are wrong. */
export function checkedParams<Params extends z.ZodType>(params: Params, given: unknown): z.output<Params> {
  const parsed = params.safeParse(given);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.slice(0, 3).map(({ path, message }) => `${["params", ...path].join(".")}: ${message}`);
  throw invalidParams(`Malformed request. ${places.join("; ")}`);
}

/** The requests that all revisions have, by method. */
export function offeredRequests(host: Host, { tools, resources, prompts }: Offered): ReadonlyMap<string, OfferedRequest> {
  const named = new ResourceRequests(host, resources);
  let listed: ListedTool[] | undefined;
  return new Map([
    [
      "tools/list",
      offered(Page, (params) => {
        if (params?.cursor !== undefined) throw invalidParams("The tools are one page: there is no cursor");
        listed ??= tools.map(listedTool);
        return { tools: listed };
      }),
    ],
    ["tools/call", offered(z.looseObject({ name: z.string(), arguments: z.looseObject({}).optional() }), (params, call) => callTool(tools, params, { host, call }))],
    ["prompts/list", offered(Page, (params) => listPrompts(prompts, params?.cursor))],
    ["prompts/get", offered(z.looseObject({ name: z.string(), arguments: PromptArguments.optional() }), (params, call) => getPrompt(prompts, params, { host, call }))],
    ["completion/complete", offered(Completion, (params) => complete(params, { host, prompts, resources }))],
    ["resources/list", offered(Page, (params) => named.list(params?.cursor))],
    ["resources/templates/list", offered(Page, (params) => named.templates(params?.cursor))],
    ["resources/read", offered(Uri, ({ uri }) => named.read(uri))],
  ]);
}
