import { defineCommand } from "../command.js";
import { listArgument, textArguments } from "../session-flags.js";
import type { TailCommandOptions } from "../tail.js";

/** The end of sessions, as it is written. */
export const tail = defineCommand<TailCommandOptions>({
  name: "tail",
  summary: "show the last events of a session, or of all live ones; -f goes on with what comes",
  about: "With --follow native logs are taken in meanwhile, as by a server, unless the home is only to be read. Ctrl-C ends it.",
  args: [{ name: "ID", text: "the session; without one all live ones", optional: true, completes: "session" }],
  flags: [
    { name: "follow", short: "f", text: "go on until the session ends, or Ctrl-C" },
    { name: "lines", short: "n", value: "N", text: "events of the past to begin with (default 10)" },
    { name: "provider", value: "NAME", text: "only live sessions of this provider", completes: "provider" },
    { name: "types", value: "LIST", text: "only these kinds of events, as in user_message,assistant_message" },
    { name: "agent", value: "AGENT", text: "main (default), all, or the id of a sub-agent" },
    { name: "json", text: "print each event as a line of JSON, with its session" },
  ],
  examples: [
    ["tail -f", "what all agents do now"],
    ["tail latest -n 50", "the last events of the newest session"],
    ["tail -f --provider codex --json", "for a script"],
  ],
  read(given) {
    const [session] = given.words;
    const provider = given.text("provider");
    return {
      ...(session !== undefined && { session }),
      ...(provider !== undefined && { provider }),
      last: given.whole("lines", { min: 0 }) ?? 10,
      follow: given.isSet("follow"),
      json: given.isSet("json"),
      filters: { ...textArguments(given, ["agent"]), ...listArgument(given, "types") },
    };
  },
  async run(options, context) {
    const { tailCommand } = await import("../tail.js");
    return tailCommand(options, context);
  },
});
