import { defineCommand } from "../command.js";
import type { SearchCommandOptions } from "../search.js";
import { jsonFlag, listArgument, sessionFlags, textArguments } from "../session-flags.js";
import { UsageError } from "../usage-error.js";

const matches = ["words", "substring", "regex"] as const;

/** What was said and done, found by its words. */
export const search = defineCommand<SearchCommandOptions>({
  name: "search",
  summary: "search what was said and done in all sessions",
  about: 'All words must occur in one event, in any order. In quotes they are a phrase (quote that for your shell: \'"exit code"\'); a * at the end of a word stands for the rest. Put -- before a query that begins with a dash.',
  args: [{ name: "QUERY", text: "what to look for", several: true }],
  flags: [
    { name: "match", value: "HOW", text: "words (default), substring: any characters, or regex: RE2 syntax", choices: matches },
    { name: "case-sensitive", text: "for substring and regex" },
    ...sessionFlags,
    { name: "session", value: "ID", text: "only in this session", completes: "session" },
    { name: "role", value: "WHOSE", text: "whose words", choices: ["user", "assistant", "reasoning", "tool_input", "tool_output"] },
    { name: "types", value: "LIST", text: "only these kinds of events, as in user_message,tool_result" },
    { name: "tool", value: "NAME", text: "only calls and results of this tool; * for the rest of its name" },
    { name: "sort", value: "HOW", text: "recent: newest first (default), or relevance", choices: ["recent", "relevance"] },
    { name: "context", value: "N", text: "events to show before and after each hit, at most 5" },
    { name: "limit", value: "N", text: "how many hits (default 20)" },
    jsonFlag,
  ],
  examples: [
    ["search ECONNRESET --context 2", "where it was met, and what was done then"],
    ["search 'blank receipt*' --role user --workspace .", "what was asked here"],
    ["search --match regex 'TS\\d{4}' --tool Bash --since 1w", "errors that commands printed"],
  ],
  read(given) {
    const query = given.words.join(" ");
    if (query.trim() === "") throw new UsageError("search needs a query: give what to look for");
    const context = given.whole("context", { min: 0 });
    return {
      searched: { query, match: matches.find((match) => match === given.text("match")) ?? "words", caseSensitive: given.isSet("case-sensitive") },
      filters: {
        ...textArguments(given, ["provider", "workspace", "file", "since", "until", "role", "tool", "sort"]),
        ...listArgument(given, "types"),
        ...(given.text("session") !== undefined && { session_id: given.text("session") }),
        ...(context !== undefined && { context }),
      },
      limit: given.whole("limit", { min: 1 }) ?? 20,
      json: given.isSet("json"),
    };
  },
  async run(options, context) {
    const { searchCommand } = await import("../search.js");
    return searchCommand(options, context);
  },
});
