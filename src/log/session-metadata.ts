/** Who and what a session is, as its writer is told. */
export interface SessionLogMetadata {
  provider: string;
  /** Id of the session and name of its log: see `isSessionId`. */
  wrapperSessionId: string;
  /** Null: not known; a log that knows it keeps it. */
  providerSessionId: string | null;
  /** Absolute path, or null: not known; a log that knows it keeps it. */
  workspacePath: string | null;
  command: string;
  model: string | null;
  resumed: boolean;
  backfilled: boolean;
}

/** Names a session across imports: `<provider>:<provider's id>`, with our id where the provider's is not known. */
export function sessionKey(metadata: Pick<SessionLogMetadata, "provider" | "providerSessionId" | "wrapperSessionId">): string {
  return `${metadata.provider}:${metadata.providerSessionId ?? metadata.wrapperSessionId}`;
}
