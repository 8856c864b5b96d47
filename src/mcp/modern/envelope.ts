import { z } from "zod";
import { invalidParams, RpcError } from "../rpc-error.js";

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

const unsupportedVersion = -32022;

const Envelope = z.looseObject({
  [metaKeys.protocolVersion]: z.string(),
  [metaKeys.clientCapabilities]: z.looseObject({}),
  [metaKeys.clientInfo]: z.looseObject({ name: z.string() }).optional(),
  progressToken: z.union([z.string(), z.number()]).optional(),
});

/** What each request tells of its sender. */
export interface Sender {
  meta: Readonly<Record<string, unknown>>;
  clientName: string | undefined;
  progressToken: string | number | undefined;
}

/** Requests that the revisions with a handshake do not have. */
const modernOnly: ReadonlySet<string> = new Set(["server/discover", "subscriptions/listen"]);

/** Whether a request or notification is of a revision without a handshake: it says so, or no other has it. */
export function isModern({ method, params }: { method: string; params?: Readonly<Record<string, unknown>> | undefined }): boolean {
  const meta = params?.["_meta"];
  return modernOnly.has(method) || (typeof meta === "object" && meta !== null && metaKeys.protocolVersion in meta);
}

/**
 * Who sends a request, and in which revision.
 * @throws {RpcError} -32602 where `_meta` lacks what each request has to say, -32022 for a revision that is not spoken here.
 */
export function senderOf(params: Readonly<Record<string, unknown>> | undefined): Sender {
  const parsed = Envelope.safeParse(params?.["_meta"]);
  if (!parsed.success) {
    const places = parsed.error.issues.slice(0, 3).map(({ path, message }) => `${["_meta", ...path].join(".")}: ${message}`);
    throw invalidParams(`Each request needs ${metaKeys.protocolVersion} and ${metaKeys.clientCapabilities}. ${places.join("; ")}`);
  }
  const meta = parsed.data;
  const requested = meta[metaKeys.protocolVersion];
  if (!modernVersions.includes(requested)) {
    throw new RpcError(unsupportedVersion, `Unsupported protocol version ${JSON.stringify(requested.slice(0, 40))}`, { supported: modernVersions, requested });
  }
  return { meta, clientName: meta[metaKeys.clientInfo]?.name, progressToken: meta.progressToken };
}
