/** Tools that the page uses: all of them read only. */
export const pageTools = ["list_sessions", "read_session", "search_sessions", "session_stats"] as const;

/** What the page may ask of the parts behind it; `main` fills it. */
export interface ViewData {
  /** The answer of a tool, masked as tools answer. @throws {CoreError} What the tool finds wrong. */
  callTool(name: (typeof pageTools)[number], args: Readonly<Record<string, unknown>>): Promise<object>;
  /** Calls `listener` soon after any process wrote to that session's log. @returns A function that ends it. @throws {CoreError} `SESSION_NOT_FOUND`. */
  watchSession(sessionId: string, listener: () => void): () => void;
  /** Calls `listener` when sessions appeared or changed, in any process. @returns A function that ends it. */
  watchSessions(listener: () => void): () => void;
}
