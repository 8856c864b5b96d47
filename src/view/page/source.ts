import type { ToolAnswers } from "../../schema/answers/tool-answers.js";

/** What may have changed behind the page. */
export type Change = "session" | "sessions";

/** Where the page has its data from: this machine's command over HTTP, or the host of an MCP App. */
export interface Source {
  /** Whether tools can be called; else there is nothing but what was handed over. */
  readonly canCall: boolean;
  /** The structured answer of a tool. @throws {SourceError} with what was wrong, for people. */
  call<Name extends keyof ToolAnswers>(tool: Name, args: Record<string, unknown>): Promise<ToolAnswers[Name]>;
  /**
   * Tells of what may have changed of that session, and of the list where the source can.
   * @returns A function that ends it.
   */
  watch(sessionId: string | undefined, onChange: (change: Change) => void): () => void;
}

/** Something that the page shows instead of what was asked for. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}
