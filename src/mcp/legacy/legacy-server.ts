import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { InitializeRequestSchema, type JSONRPCMessage, type ServerResult } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { ClientLog, logLevels } from "../client-log.js";
import type { Host } from "../host.js";
import { serverInfo } from "../identity-card.js";
import { instructionsFor } from "../instructions.js";
import { isCall, isRequest, type RpcMessage } from "../json-rpc.js";
import { checkedParams, type Offered } from "../requests.js";
import { ResourceRequests } from "../resource-requests.js";
import { rpcCodes } from "../rpc-error.js";
import { listedEntries } from "../resources/catalogue.js";
import type { Services } from "../tool.js";
import { Updates } from "../updates.js";
import { legacyCapabilities } from "./handshake.js";
import { LegacyRequests } from "./legacy-requests.js";

const SetLevel = z.looseObject({ level: z.enum(logLevels) });
const Uri = z.looseObject({ uri: z.string() });

/** A server of the revisions with a handshake, up to 2025-11-25, on the SDK; this file alone knows how. */
export interface McpServer {
  /** Takes a message of the client. */
  receive(message: RpcMessage): void;
  /** The connection is gone. */
  closed(): void;
  /** Begins to tell the client of new sessions; to be called when the parts behind are there. */
  announceNewSessions(): Promise<void>;
  /** Tells the client what its user can act on: ids, paths and times, never recorded text. */
  warn(message: string): void;
}

/** The answer to an `initialize` without what it needs, to which the SDK would answer -32603 and a dump of its findings. */
function malformedInitialize(message: RpcMessage): RpcMessage | undefined {
  if (!isCall(message) || !isRequest(message) || message.method !== "initialize" || InitializeRequestSchema.safeParse(message).success) return undefined;
  return { jsonrpc: "2.0", id: message.id, error: { code: rpcCodes.invalidParams, message: "Malformed request. initialize needs protocolVersion, capabilities and clientInfo" } };
}

/** What carries the server's messages. */
export interface Wire {
  /** Resolves when the stream takes more. */
  send(message: RpcMessage): Promise<void>;
  close(): Promise<void>;
}

/** Makes the server; nothing behind it is loaded before a call needs it. */
export async function createLegacyServer(host: Host, offered: Offered, wire: Wire): Promise<McpServer> {
  const { tools, resources } = offered;
  const server = new Server(serverInfo(host.version), {
    capabilities: legacyCapabilities,
    instructions: instructionsFor(tools.map(({ name }) => name)),
    // Nothing is elicited here; the SDK's own validator would be made at start all the same.
    jsonSchemaValidator: { getValidator: () => () => ({ valid: false, data: undefined, errorMessage: "nothing is elicited" }) },
  });
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
  const requests = new LegacyRequests(server, { host: listening, offered, send: wire.send, onListed: () => updates.listShown() });
  bindSubscriptions(server, { requests: new ResourceRequests(listening, resources), updates });
  handle(server, "logging/setLevel", (params) => {
    log.setLevel(checkedParams(SetLevel, params).level);
    return {};
  });
  server.oninitialized = () => log.open();
  const transport = transportOn(wire);
  await server.connect(transport);
  return {
    receive(message) {
      const malformed = malformedInitialize(message);
      if (malformed) void wire.send(malformed);
      else if (!requests.take(message)) transport.onmessage?.(message as JSONRPCMessage);
    },
    closed() {
      updates.close();
      log.close();
      requests.close();
      transport.onclose?.();
    },
    async announceNewSessions() {
      await services();
    },
    warn: (message) => log.tell("warning", message),
  };
}

/** What the SDK takes for a transport: it is started already, and whoever has it hands on its messages. */
function transportOn({ send, close }: Wire): Transport {
  return { start: () => Promise.resolve(), send: (message) => send(message as RpcMessage), close };
}

/**
 * Registers a handler, which checks its parameters: the SDK would answer malformed ones with -32603 and a dump of its findings.
 */
function handle(server: Server, method: string, handler: (params: Readonly<Record<string, unknown>> | undefined) => unknown): void {
  const schema = z.looseObject({ method: z.literal(method), params: z.looseObject({}).optional() });
  server.setRequestHandler(schema, async ({ params }) => (await handler(params)) as ServerResult);
}

function bindSubscriptions(server: Server, { requests, updates }: { requests: ResourceRequests; updates: Updates }): void {
  const { subscriptions } = updates;
  handle(server, "resources/subscribe", async (params) => {
    const { uri } = checkedParams(Uri, params);
    await requests.watch(uri, (watch) => subscriptions.add(uri, watch));
    return {};
  });
  handle(server, "resources/unsubscribe", (params) => {
    subscriptions.remove(checkedParams(Uri, params).uri);
    return {};
  });
}
