import { defineCommand } from "../command.js";

/** Makes anew what is derived. */
export const rebuild = defineCommand<{ json: boolean }>({
  name: "rebuild",
  summary: "make anew what is derived from the logs: databases and indexes",
  args: [],
  flags: [{ name: "json", text: "print the report as JSON" }],
  examples: [["rebuild", "after a fault of the disk, or a change by hand"]],
  read: (given) => ({ json: given.isSet("json") }),
  async run({ json }, context) {
    const { rebuildCommand } = await import("../rebuild.js");
    return rebuildCommand(await context.services({ imports: false }), { json, readOnly: context.common.readOnly }, context);
  },
});
