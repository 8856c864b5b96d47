/** Codes of JSON-RPC and MCP that this server answers with. */
export const rpcCodes = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  resourceNotFound: -32002,
} as const;

/** An answer of the protocol itself, as opposed to a tool's error result. The message reaches the client as it stands. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

export function invalidParams(message: string, data?: unknown): RpcError {
  return new RpcError(rpcCodes.invalidParams, message, data);
}

/** The answer for a URI or a session that nobody knows. */
export function resourceNotFound(uri: string): RpcError {
  return new RpcError(rpcCodes.resourceNotFound, "Resource not found", { uri: uri.slice(0, 400) });
}
