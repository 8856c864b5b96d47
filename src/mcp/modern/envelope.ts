import { z } from "zod";
import { invalidParams, RpcError } from "../rpc-error.js";
import { metaKeys, modernVersions } from "./revision.js";

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
