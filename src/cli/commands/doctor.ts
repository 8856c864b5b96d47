import { defineCommand } from "../command.js";
import type { DoctorCommandOptions } from "../doctor.js";

/** Says how all is, and mends it. */
export const doctor = defineCommand<DoctorCommandOptions>({
  name: "doctor",
  summary: "say where all is and how it is, and mend what is wrong",
  about: "Exit code 1: a fault was found, or is still there. What is changed by --repair is copied first, beside the file, as NAME.backup-TIME. It may be run beside servers.",
  args: [],
  flags: [
    { name: "check", text: "verify every log, index and database" },
    { name: "repair", text: "verify, mend what can be mended, and verify again" },
    { name: "json", text: "print what was found as JSON" },
  ],
  examples: [
    ["doctor", "what is found where, and what to do next"],
    ["doctor --check", "is anything lost, doubled or out of step?"],
    ["doctor --repair", "mend it"],
  ],
  read: (given) => ({ check: given.isSet("check"), repair: given.isSet("repair"), json: given.isSet("json") }),
  async run(options, context) {
    const { doctorCommand } = await import("../doctor.js");
    // Who only looks shall change nothing, not even modes.
    return doctorCommand(await context.health({ writes: options.repair }), options, context);
  },
});
