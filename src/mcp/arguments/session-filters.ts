import { z } from "zod";
import type { SessionQuery } from "../../schema/ports.js";
import { SessionStatus } from "../../schema/session.js";
import type { ToolContext } from "../tool.js";
import { providerArg, shortText } from "./short-text.js";
import { sinceArg, untilArg, whenArgument } from "./when.js";
import { withoutUndefined } from "./without-undefined.js";

/** Arguments that choose sessions. */
export const sessionFilterArgs = {
  provider: providerArg.optional().describe("claude, codex, gemini, copilot or another writer's name"),
  workspace: shortText(4_096).optional().describe("Sessions in this path or below; . = here"),
  file: shortText(4_096).optional().describe("Sessions whose tools read or changed this path"),
  status: SessionStatus.optional().describe("live: being written; stale: silent, not ended"),
  since: sinceArg,
  until: untilArg,
  text: shortText(1_000).optional().describe("Part of title or id"),
  include_children: z.boolean().default(false).describe("Also sessions spawned by others"),
};

const sessionFilters = z.object(sessionFilterArgs);
type SessionFilters = z.output<typeof sessionFilters>;

/**
 * The filters as the catalogue takes them: absolute paths, times in milliseconds.
 * @throws {CoreError} `INVALID_ARGUMENT`.
 */
export async function sessionQuery(args: SessionFilters, context: ToolContext): Promise<Omit<SessionQuery, "limit" | "cursor">> {
  const nowMs = context.now();
  return {
    includeChildren: args.include_children,
    ...withoutUndefined({
      provider: args.provider,
      status: args.status,
      text: args.text,
      sinceMs: whenArgument("since", args.since, { nowMs }),
      untilMs: whenArgument("until", args.until, { nowMs }),
      workspace: args.workspace === undefined ? undefined : await context.workspaceOf(args.workspace),
      file: args.file === undefined ? undefined : await fileArgument(args.file, context),
    }),
  };
}

/** `~` and paths from here on (`./`, `../`) become absolute; any other relative path may be the end of what the tools wrote. */
export async function fileArgument(file: string, context: ToolContext): Promise<string> {
  return /^(?:~|\.{1,2})(?:[/\\]|$)/.test(file) ? context.workspaceOf(file) : file;
}
