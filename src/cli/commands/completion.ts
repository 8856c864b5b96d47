import { defineCommand, type Command } from "../command.js";
import type { CompletionCommandOptions } from "../completion.js";
import { shells } from "../shell-scripts.js";
import { UsageError } from "../usage-error.js";

/** Completions for shells. @param commands All that there are, this one among them, once they are asked for. */
export function completionOf(commands: () => readonly Command[]): Command {
  return defineCommand<CompletionCommandOptions>({
    name: "completion",
    summary: "print the script with which a shell completes commands, options and sessions",
    about: "With words behind --, it prints what may stand in the place of the last of them, as the script asks.",
    args: [
      { name: "SHELL", text: shells.join(", "), completes: "shell" },
      { name: "WORD", text: "what was typed so far", optional: true, several: true },
    ],
    flags: [{ name: "json", text: "print the script, or what may stand there, as JSON" }],
    examples: [
      ["completion bash >> ~/.bashrc", "for every shell from now on"],
      ["completion fish | source", "for this one"],
    ],
    read(given) {
      const [name, ...words] = given.words;
      const shell = shells.find((known) => known === name);
      if (!shell) throw new UsageError(name === undefined ? `completion needs a shell: give ${shells.join(", ")}` : `Unknown shell "${name}": give ${shells.join(", ")}`);
      return { shell, ...(words.length > 0 && { words }), json: given.isSet("json") };
    },
    async run(options, context) {
      const { completionCommand } = await import("../completion.js");
      return completionCommand(options, commands(), context);
    },
  });
}
