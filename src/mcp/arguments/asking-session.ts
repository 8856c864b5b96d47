import { CoreError } from "../../errors.js";
import type { ToolContext } from "../tool.js";

/** The session that asks, where it can be told for certain and is logged already; undefined else. */
export async function askingSession(context: ToolContext): Promise<string | undefined> {
  const asker = await context.asker();
  if (asker.providerSessionIds.length === 0) return undefined;
  try {
    return context.catalogue.resolve("current", asker, { forWriting: true });
  } catch (error) {
    if (error instanceof CoreError && error.code === "SESSION_NOT_FOUND") return undefined;
    throw error;
  }
}
