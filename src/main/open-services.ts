import type { Services } from "../mcp/tool.js";
import type { RemovalPort, SearchPort } from "../schema/ports.js";

/** The parts behind the server, and what only its owner may do with them. */
export interface OpenServices extends Services {
  readonly search: SearchPort;
  readonly removal: RemovalPort;
  /** Begins to import and follow native logs in the background, where that is wanted. @returns Resolves once what is derived has taken in the logs that were there. */
  startBackground(): Promise<void>;
  /** Finalizes and closes all, at most in about a second. `reason` stands in the logs of sessions that nobody ended. */
  close(reason: string): Promise<void>;
}
