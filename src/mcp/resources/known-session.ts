import type { SessionFull } from "../../schema/session.js";
import { resourceNotFound } from "../rpc-error.js";
import type { ResourceContext } from "./resource.js";
import { resourceUris } from "./uri.js";

/** The session of that id. @throws {RpcError} -32002 where there is none. */
export function knownSession(sessionId: string, { catalogue }: ResourceContext): SessionFull {
  const session = catalogue.get(sessionId);
  if (!session) throw resourceNotFound(resourceUris.session(sessionId));
  return session;
}
