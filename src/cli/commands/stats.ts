import { defineCommand } from "../command.js";
import { jsonFlag, sessionFlags, textArguments } from "../session-flags.js";
import type { StatsCommandOptions } from "../stats.js";

/** Tokens, cost and work. */
export const stats = defineCommand<StatsCommandOptions>({
  name: "stats",
  summary: "sum up tokens, cost, calls and time at work",
  about: "Without --by: all together, and by day, provider and model. A session counts as a whole; cost is only what agents wrote down.",
  args: [],
  flags: [
    { name: "by", value: "GROUP", text: "what a line is", choices: ["session", "provider", "model", "workspace", "day", "agent", "tool", "tool_kind", "file"] },
    ...sessionFlags,
    { name: "session", value: "ID", text: "only this session", completes: "session" },
    { name: "timezone", value: "NAME", text: "where days begin, as in Europe/Berlin; default this machine's" },
    { name: "limit", value: "N", text: "how many lines (default 50)" },
    jsonFlag,
  ],
  examples: [
    ["stats --since 1w", "the last week"],
    ["stats --by tool --workspace .", "which tools are used here, and fail"],
    ["stats --by day --json", "for a script"],
  ],
  read: (given) => ({
    filters: { ...textArguments(given, ["provider", "workspace", "file", "since", "until", "timezone"]), ...(given.text("session") !== undefined && { session_id: given.text("session") }) },
    ...(given.text("by") !== undefined && { by: given.text("by") as string }),
    limit: given.whole("limit", { min: 1 }) ?? 50,
    json: given.isSet("json"),
  }),
  async run(options, context) {
    const { statsCommand } = await import("../stats.js");
    return statsCommand(options, context);
  },
});
