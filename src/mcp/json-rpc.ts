/** What stands for a request: the text or the whole number that its sender chose. */
export type RequestId = string | number;

type Params = Readonly<Record<string, unknown>>;

/** A request, or a notification where it has no `id`. */
export interface RpcCall {
  jsonrpc: "2.0";
  id?: RequestId | undefined;
  method: string;
  params?: Params | undefined;
}
export type RpcRequest = RpcCall & { id: RequestId };
export interface RpcResult {
  jsonrpc: "2.0";
  id: RequestId;
  result: Params;
}
export interface RpcFailure {
  jsonrpc: "2.0";
  id?: RequestId | undefined;
  error: { code: number; message: string; data?: unknown };
}

/** A message of JSON-RPC 2.0 as MCP uses it: `id` and `method` make a request, `method` alone a notification, `id` alone an answer. */
export type RpcMessage = RpcCall | RpcResult | RpcFailure;

/** The members of each kind of message; one that has others is none. */
const members = { method: ["jsonrpc", "id", "method", "params"], result: ["jsonrpc", "id", "result"], error: ["jsonrpc", "id", "error"] } as const;

export function isRequestId(value: unknown): value is RequestId {
  return typeof value === "string" || Number.isSafeInteger(value);
}

/** Whether a value of JSON is an object, and neither a list nor null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value of JSON is a message. By hand and not by a schema: it is asked before anything else is loaded, and of every line. */
export function isRpcMessage(value: unknown): value is RpcMessage {
  if (!isObject(value) || value["jsonrpc"] !== "2.0") return false;
  const { id, params, result, error } = value;
  if (id !== undefined && !isRequestId(id)) return false;
  if (hasOnly(value, members.method)) return typeof value["method"] === "string" && (params === undefined || isParams(params));
  if (hasOnly(value, members.result)) return id !== undefined && isObject(result);
  return hasOnly(value, members.error) && isObject(error) && Number.isSafeInteger(error["code"]) && typeof error["message"] === "string";
}

function hasOnly(value: object, names: readonly string[]): boolean {
  return Object.keys(value).every((name) => names.includes(name));
}

function isParams(value: unknown): boolean {
  return isObject(value) && (value["_meta"] === undefined || isObject(value["_meta"]));
}

export function isCall(message: RpcMessage): message is RpcCall {
  return "method" in message;
}

export function isRequest(message: RpcMessage): message is RpcRequest {
  return isCall(message) && message.id !== undefined;
}

/** The request that `notifications/cancelled` names; undefined for any other message. */
export function cancelledId(message: RpcMessage): RequestId | undefined {
  if (!isCall(message) || message.method !== "notifications/cancelled") return undefined;
  const id = message.params?.["requestId"];
  return isRequestId(id) ? id : undefined;
}
