import { defineCommand } from "../command.js";
import { gcOptions, type GcCommandOptions } from "../gc-options.js";

/** Removes sessions for good. */
export const gc = defineCommand<GcCommandOptions>({
  name: "gc",
  summary: "remove sessions for good: shows which, then asks",
  about: "Logs go with all that databases and indexes say of them, and no import brings them back. The agents' own files stay. What is being written is kept. Where nobody can be asked, nothing is removed without --yes.",
  args: [],
  flags: [
    { name: "older-than", value: "AGE", text: "sessions without an event since: an age such as 30d or 12w, or a date" },
    { name: "session", value: "ID", text: "this one: its id, or a prefix that fits no other", completes: "session" },
    { name: "yes", text: "remove them without asking" },
    { name: "json", text: "print the report as JSON; nothing is removed without --yes" },
  ],
  examples: [
    ["gc --older-than 90d", "what lay still for 90 days"],
    ["gc --session 0a1b2c3d --yes", "one session, without a question"],
  ],
  read: gcOptions,
  async run(options, context) {
    const { gcCommand } = await import("../gc.js");
    return gcCommand(await context.services({ imports: true }), options, { ...context, signal: context.signal, workingDir: context.places.workingDir });
  },
});
