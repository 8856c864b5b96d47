import { z } from "zod";

/** What stands for a request: the text or the whole number that its sender chose. */
export const RequestId = z.union([z.string(), z.int()]);
export type RequestId = z.infer<typeof RequestId>;

const version = z.literal("2.0");
const Params = z.looseObject({ _meta: z.looseObject({}).optional() });

/** A message of JSON-RPC 2.0 as MCP uses it: `id` and `method` make a request, `method` alone a notification, `id` alone an answer. */
export const RpcMessage = z.union([
  z.strictObject({ jsonrpc: version, id: RequestId.optional(), method: z.string(), params: Params.optional() }),
  z.strictObject({ jsonrpc: version, id: RequestId, result: z.looseObject({}) }),
  z.strictObject({ jsonrpc: version, id: RequestId.optional(), error: z.looseObject({ code: z.int(), message: z.string() }) }),
]);
export type RpcMessage = z.infer<typeof RpcMessage>;

/** A request or a notification. */
export type RpcCall = Extract<RpcMessage, { method: string }>;
export type RpcRequest = RpcCall & { id: RequestId };

export function isCall(message: RpcMessage): message is RpcCall {
  return "method" in message;
}

export function isRequest(message: RpcMessage): message is RpcRequest {
  return isCall(message) && message.id !== undefined;
}

/** The request that `notifications/cancelled` names; undefined for any other message. */
export function cancelledId(message: RpcMessage): RequestId | undefined {
  if (!isCall(message) || message.method !== "notifications/cancelled") return undefined;
  const parsed = RequestId.safeParse(message.params?.["requestId"]);
  return parsed.success ? parsed.data : undefined;
}
