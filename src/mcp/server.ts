import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
  RootsListChangedNotificationSchema,
  type ServerNotification,
  type ServerRequest,
  type ServerResult,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import type { Call } from "./call-context.js";
import { callProgress } from "./call-progress.js";
import { ClientLog, logLevels } from "./client-log.js";
import { complete } from "./completion-requests.js";
import type { Host } from "./host.js";
import { instructionsFor } from "./instructions.js";
import { getPrompt, listPrompts } from "./prompt-requests.js";
import type { Prompt } from "./prompts/prompt.js";
import { ResourceRequests } from "./resource-requests.js";
import { listedEntries } from "./resources/catalogue.js";
import type { Resource } from "./resources/resource.js";
import { ClientRoots } from "./roots.js";
import { invalidParams } from "./rpc-error.js";
import { callTool, type ListedTool, listedTool } from "./tool-calls.js";
import type { Progress, Services, Tool } from "./tool.js";
import { Updates } from "./updates.js";

/** The SDK's own schema takes what is no level for a failure of the server. */
const SetLevelRequest = z.looseObject({ params: z.looseObject({ level: z.enum(logLevels) }) });

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
type Handler<Schema extends z.ZodType> = (request: z.output<Schema>, extra: Extra) => Promise<ServerResult> | ServerResult;

/** A server bound to the SDK; this file alone knows how. */
export interface McpServer {
  /** Serves one client. `onInitialized` is called once the client has taken the answer to `initialize`, `onClosed` when the transport has closed. */
  connect(transport: Transport, events: { onInitialized: () => void; onClosed: () => void }): Promise<void>;
  /** Begins to tell the client of new sessions; to be called when the parts behind are there. */
  announceNewSessions(): Promise<void>;
  /** Tells the client what its user can act on: ids, paths and times, never recorded text. */
  warn(message: string): void;
}

/** What the server offers, as data. */
export interface Offered {
  tools: readonly Tool[];
  resources: readonly Resource[];
  prompts: readonly Prompt[];
}

/** Makes the server; nothing behind it is loaded before a call needs it. */
export function createServer(host: Host, { tools, resources, prompts }: Offered): McpServer {
  const server = new Server(
    { name: "session-log", title: "Session log", version: host.version },
    {
      capabilities: { tools: {}, resources: { subscribe: true, listChanged: true }, prompts: {}, completions: {}, logging: {} },
      instructions: instructionsFor(tools.map(({ name }) => name)),
      // Nothing is elicited here; the SDK's own validator would be made at start all the same.
      jsonSchemaValidator: { getValidator: () => () => ({ valid: false, data: undefined, errorMessage: "nothing is elicited" }) },
    },
  );
  const onError = (error: unknown): void => host.onInternal("update", error);
  const updates = new Updates(
    { updated: (uri) => server.sendResourceUpdated({ uri }), listChanged: () => server.sendResourceListChanged() },
    { onError },
  );
  const services = async (): Promise<Services> => {
    const opened = await host.services();
    updates.listenTo(opened.catalogue, () => listedEntries(resources, { ...opened, mask: host.mask }).map(({ uri }) => uri));
    return opened;
  };
  const log = new ClientLog((params) => server.sendLoggingMessage(params), { mask: host.mask, onError });
  const onInternal: Host["onInternal"] = (id, error) => {
    host.onInternal(id, error);
    log.tell("error", `The server failed on a call (id ${id}). Its stderr tells more.`);
  };
  const listening: Host = { ...host, services, onInternal };
  handle(server, "logging/setLevel", SetLevelRequest, ({ params }) => {
    log.setLevel(params.level);
    return {};
  });
  bindCalls(server, { host: listening, tools, prompts, resources });
  bindResources(server, { requests: new ResourceRequests(listening, resources), updates });
  return {
    async connect(transport, { onInitialized, onClosed }) {
      server.oninitialized = () => {
        log.open();
        onInitialized();
      };
      // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's callback; it is no event target
      server.onclose = () => {
        updates.close();
        log.close();
        onClosed();
      };
      await server.connect(transport);
    },
    async announceNewSessions() {
      await services();
    },
    warn: (message) => log.tell("warning", message),
  };
}

/**
 * Registers a handler. The SDK would answer malformed parameters with -32603 and a dump of its findings: here they are -32602.
 */
function handle<Schema extends z.ZodType>(server: Server, method: string, schema: Schema, handler: Handler<Schema>): void {
  server.setRequestHandler(z.looseObject({ method: z.literal(method) }), (request, extra) => {
    const parsed = schema.safeParse(request);
    if (!parsed.success) {
      const places = parsed.error.issues.slice(0, 3).map(({ path, message }) => `${path.join(".")}: ${message}`);
      throw invalidParams(`Malformed request. ${places.join("; ")}`);
    }
    return handler(parsed.data, extra);
  });
}

/** Tools and prompts, and what completes. */
function bindCalls(server: Server, { host, tools, prompts, resources }: { host: Host } & Offered): void {
  const roots = new ClientRoots(server);
  server.setNotificationHandler(RootsListChangedNotificationSchema, () => roots.forget());
  const callOf = (meta: Call["meta"], extra: Extra): Call => ({
    meta,
    clientName: server.getClientVersion()?.name,
    firstRoot: () => roots.first(),
    signal: extra.signal,
    progress: callProgress((progress) => sendProgress(progress, { extra, host })),
  });
  let listed: ListedTool[] | undefined;
  handle(server, "tools/list", ListToolsRequestSchema, ({ params }) => {
    if (params?.cursor !== undefined) throw invalidParams("The tools are one page: there is no cursor");
    listed ??= tools.map(listedTool);
    return { tools: listed };
  });
  handle(server, "tools/call", CallToolRequestSchema, ({ params }, extra) => callTool(tools, params, { host, call: callOf(params._meta, extra) }));
  handle(server, "prompts/list", ListPromptsRequestSchema, ({ params }) => listPrompts(prompts, params?.cursor));
  handle(server, "prompts/get", GetPromptRequestSchema, ({ params }, extra) => getPrompt(prompts, params, { host, call: callOf(params._meta, extra) }));
  handle(server, "completion/complete", CompleteRequestSchema, ({ params }) => complete(params, { host, prompts, resources }));
}

function sendProgress(progress: Progress, { extra, host }: { extra: Extra; host: Host }): void {
  const progressToken = extra._meta?.progressToken;
  if (progressToken === undefined || extra.signal.aborted) return;
  extra
    .sendNotification({ method: "notifications/progress", params: { progressToken, ...progress } })
    .catch((error: unknown) => host.onInternal("progress", error));
}

function bindResources(server: Server, { requests, updates }: { requests: ResourceRequests; updates: Updates }): void {
  const { subscriptions } = updates;
  handle(server, "resources/list", ListResourcesRequestSchema, async ({ params }) => {
    const page = await requests.list(params?.cursor);
    updates.listShown();
    return page;
  });
  handle(server, "resources/templates/list", ListResourceTemplatesRequestSchema, ({ params }) => requests.templates(params?.cursor));
  handle(server, "resources/read", ReadResourceRequestSchema, ({ params }) => requests.read(params.uri));
  handle(server, "resources/subscribe", SubscribeRequestSchema, async ({ params }) => {
    await requests.watch(params.uri, (watch) => subscriptions.add(params.uri, watch));
    return {};
  });
  handle(server, "resources/unsubscribe", UnsubscribeRequestSchema, ({ params }) => {
    subscriptions.remove(params.uri);
    return {};
  });
}
