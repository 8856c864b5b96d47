import type { Mask } from "../schema/ports.js";
import type { InternalErrorSink } from "./error-result.js";
import type { Services } from "./tool.js";

/** What the server is given by whoever starts it. */
export interface Host {
  /** Version of this program. */
  readonly version: string;
  /** Makes the parts behind the server at the first call, and gives the same ones ever after. */
  services(): Promise<Services>;
  readonly mask: Mask;
  readonly readOnly: boolean;
  /** Environment variables that tell who calls. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly homeDir: string;
  /** Absolute: what `.` is where the client names no root. */
  readonly workingDir: string;
  now(): number;
  /** The page of `view`, for hosts of MCP Apps. */
  viewPage(): string;
  onInternal: InternalErrorSink;
}
