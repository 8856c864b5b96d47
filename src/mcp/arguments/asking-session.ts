import { setTimeout as delay } from "node:timers/promises";
import { CoreError } from "../../errors.js";
import type { Asker } from "../../schema/ports.js";
import type { ToolContext } from "../tool.js";

// An agent may ask within milliseconds after it wrote its first line, or even before; real models seldom are that fast.
const longestWaitMs = 1_000;
const lookEveryMs = 25;

/** The session that asks, where it can be told for certain and is logged already; undefined else. */
export async function askingSession(context: ToolContext): Promise<string | undefined> {
  return loggedSessionOf(await context.asker(), context);
}

/** Waits a second at most for the log of an agent that tells which session it is; at once where it does not, or has one. Throws the signal's reason when the call is cancelled. */
export async function untilAskerIsLogged(asker: Asker, context: ToolContext): Promise<void> {
  const deadlineMs = context.now() + longestWaitMs;
  while (asker.providerSessionIds.length > 0 && loggedSessionOf(asker, context) === undefined && context.now() < deadlineMs) {
    await delay(lookEveryMs);
    context.signal.throwIfAborted();
  }
}

function loggedSessionOf(asker: Asker, { catalogue }: ToolContext): string | undefined {
  if (asker.providerSessionIds.length === 0) return undefined;
  try {
    return catalogue.resolve("current", asker, { forWriting: true });
  } catch (error) {
    if (error instanceof CoreError && error.code === "SESSION_NOT_FOUND") return undefined;
    throw error;
  }
}
