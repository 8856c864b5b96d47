import { defineCommand } from "../command.js";
import { UsageError } from "../usage-error.js";
import type { ViewCommandOptions } from "../view.js";

/** Shows sessions as a page. */
export const view = defineCommand<ViewCommandOptions>({
  name: "view",
  summary: "show the sessions, or one of them, as a page in the browser",
  about: "The page is served on 127.0.0.1 until Ctrl-C. Its link leads in once; the browser that came by it may go on, another needs a link of its own.",
  args: [{ name: "ID", text: "a session: its id, the beginning of one, latest or previous", optional: true, completes: "session" }],
  flags: [
    { name: "port", value: "N", text: "listen on this port (default: any that is free)" },
    { name: "open", text: "open the browser (default at a terminal)" },
    { name: "no-open", text: "only print the link" },
    { name: "json", text: "print the link as JSON" },
  ],
  examples: [
    ["view", "the list of all sessions"],
    ["view latest", "the session that was written last, live"],
    ["view --no-open --port 8080", "a link to open by hand, at a port of your choice"],
  ],
  read(given) {
    const port = given.whole("port", { min: 0 }) ?? 0;
    if (port > 65_535) throw new UsageError(`--port "${port}" is no port: give a number up to 65535`);
    const session = given.words[0];
    return {
      ...(session !== undefined && { session }),
      ...((given.isSet("open") || given.isSet("no-open")) && { open: given.isSet("open") }),
      port,
      json: given.isSet("json"),
    };
  },
  async run(options, context) {
    const { viewCommand } = await import("../view.js");
    return viewCommand(options, context);
  },
});
