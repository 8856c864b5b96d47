import { isObject } from "../json-rpc.js";

/** The revisions without a handshake that this server speaks (modelcontextprotocol.io/specification/2026-07-28/basic/versioning). */
export const modernVersions: readonly string[] = ["2026-07-28"];

/** Names in `_meta` that the protocol keeps for itself. */
export const metaKeys = {
  protocolVersion: "io.modelcontextprotocol/protocolVersion",
  clientCapabilities: "io.modelcontextprotocol/clientCapabilities",
  clientInfo: "io.modelcontextprotocol/clientInfo",
  serverInfo: "io.modelcontextprotocol/serverInfo",
  subscriptionId: "io.modelcontextprotocol/subscriptionId",
} as const;

/** Requests that the revisions with a handshake do not have. */
const modernOnly: ReadonlySet<string> = new Set(["server/discover", "subscriptions/listen"]);

/** Whether a request or notification is of a revision without a handshake: it says so, or no other has it. */
export function isModern({ method, params }: { method: string; params?: Readonly<Record<string, unknown>> | undefined }): boolean {
  const meta = params?.["_meta"];
  return modernOnly.has(method) || (isObject(meta) && metaKeys.protocolVersion in meta);
}
