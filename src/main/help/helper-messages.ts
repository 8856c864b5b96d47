import type { CommonOptions } from "../../cli/common-options.js";
import type { HelpNeeds, SentSession } from "../../ingest/import-helper.js";
import type { SessionOutcome } from "../../ingest/session-import.js";

/** First argument of the process that helps an import; the second is the version of the one that starts it, with a channel between them. */
export const helpArgument = "help-import";

/** What the helper is told: `open` first; `close` ends it, as the end of the channel does. */
export type ToHelper = OpenHelper | { type: "session"; nth: number; session: SentSession } | { type: "close" };

export interface OpenHelper extends HelpNeeds {
  type: "open";
  common: CommonOptions;
}

/** What it tells: what came of the session with that number, and what a person is to be told. */
export type FromHelper = { type: "outcome"; nth: number; outcome: SessionOutcome } | { type: "warning"; message: string };
