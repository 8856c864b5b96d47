import { defineCommand } from "../command.js";
import type { Given } from "../given.js";
import type { ReadCommandOptions } from "../read.js";
import { jsonFlag, listArgument, textArguments } from "../session-flags.js";
import { UsageError } from "../usage-error.js";

const places = ["from", "after", "before", "around"] as const;

/** A session, as a transcript. */
export const read = defineCommand<ReadCommandOptions>({
  name: "read",
  summary: "show a session as a transcript",
  about: "ID is a whole id, a beginning of it of 4 characters or more, latest, or current: the session of this folder. Without a place the last events are shown; on a terminal through $PAGER (less).",
  args: [{ name: "ID", text: "the session", completes: "session" }],
  flags: [
    { name: "from", value: "EDGE", text: "start or end (default)", choices: ["start", "end"] },
    { name: "after", value: "SEQ", text: "events after this number; with --before a window" },
    { name: "before", value: "SEQ", text: "events before this number" },
    { name: "around", value: "SEQ", text: "the event of this number and its neighbours" },
    { name: "types", value: "LIST", text: "only these kinds of events, as in user_message,assistant_message" },
    { name: "agent", value: "AGENT", text: "main (default), all, or the id of a sub-agent" },
    { name: "limit", value: "N", text: "how many events (default 100)" },
    { name: "full", text: "what tools were given and gave to their end; with --json the lines as logged" },
    jsonFlag,
  ],
  examples: [
    ["read latest", "the end of the session that was written last"],
    ["read 5b1d9c52 --from start --limit 1000", "from its beginning"],
    ["read 5b1d9c52 --around 420 --full", "what happened there, to the last line"],
    ["read latest --types user_message --limit 500", "what was asked"],
  ],
  read(given) {
    const [session] = given.words;
    if (session === undefined) throw new UsageError("read needs a session: give its id, a beginning of it, or latest");
    return {
      session,
      args: { ...textArguments(given, ["from", "agent"]), ...seqArguments(given), ...listArgument(given, "types") },
      limit: given.whole("limit", { min: 1 }) ?? 100,
      full: given.isSet("full"),
      json: given.isSet("json"),
    };
  },
  async run(options, context) {
    const { readCommand } = await import("../read.js");
    return readCommand(options, context);
  },
});

function seqArguments(given: Given): Record<string, number> {
  const named = places.filter((place) => given.text(place) !== undefined);
  const isWindow = named.every((place) => place === "after" || place === "before");
  if (named.length > 1 && !isWindow) throw new UsageError(`Only --after and --before go together: give one of ${named.map((place) => `--${place}`).join(", ")}`);
  const numbers = named.filter((place) => place !== "from").map((place) => [`${place}_seq`, given.whole(place, { min: place === "after" ? -1 : 0 }) ?? 0] as const);
  return Object.fromEntries(numbers);
}
