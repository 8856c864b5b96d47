import { z } from "zod";
import { CoreError } from "../../errors.js";
import { eventTypes, type EventType } from "../../schema/event.js";
import { maxAgentIdChars } from "./event-drafts.js";
import { shortText } from "./short-text.js";

/** Whose events. */
export const agentArg = shortText(maxAgentIdChars).optional().describe("agent_id, main or all; default main, with detail full all");
/** How events are shown. */
export const detailArg = z.enum(["brief", "full"]).default("brief").describe("full: the whole lines as logged");

/** Kinds by name; checked by `eventTypesArgument`, so that the list stands in the description of emit_event only. */
export const typesArg = z.array(shortText(64)).optional().describe("Only these kinds (see emit_event; also session_started, session_ended, heartbeat)");

/** @throws {CoreError} `INVALID_ARGUMENT` for a kind that this version does not know. */
export function eventTypesArgument(types: readonly string[] | undefined): EventType[] | undefined {
  if (types?.length === 0) return undefined;
  return types?.map((type) => {
    const known = eventTypes.find((name) => name === type);
    if (known) return known;
    throw new CoreError("INVALID_ARGUMENT", `types ${JSON.stringify(type)} is no kind of event. Give any of ${eventTypes.join(", ")}.`);
  });
}
