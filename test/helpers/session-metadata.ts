import type { SessionLogMetadata } from "../../src/log/session-metadata.js";

/** Metadata of a made-up session. */
export function sessionMetadata(changes: Partial<SessionLogMetadata> = {}): SessionLogMetadata {
  return {
    provider: "acme",
    wrapperSessionId: "w-1",
    providerSessionId: null,
    workspacePath: "/work/space",
    command: "exec",
    model: null,
    resumed: false,
    backfilled: false,
    ...changes,
  };
}
