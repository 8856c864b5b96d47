import { Help, type Command as Parser, type Option } from "commander";
import { programParser } from "./commander.js";
import { commandNamed } from "./commands.js";
import { programName } from "./program-name.js";

/** Commander's help as the README writes it: `--home DIR`, `config CLIENT`, and the commands before the options that all of them take. */
class OwnHelp extends Help {
  override optionTerm({ flags }: Option): string {
    const term = flags.replace(/<(.*)>/, "$1");
    return term.startsWith("--") ? `    ${term}` : term;
  }

  override subcommandTerm(parser: Parser): string {
    return `${parser.name()} ${parser.usage()}`.replace(/ ?\[options\]$/, "");
  }

  override formatHelp(parser: Parser, help: Help): string {
    const sections = super.formatHelp(parser, help).split(/\n(?=[A-Z])/).map((section) => section.trimEnd());
    return order.flatMap((title) => sections.filter((section) => titleOf(section) === title)).join("\n\n");
  }
}

const order = [undefined, "Arguments", "Commands", "Options", "Global Options"];

/** Undefined for the usage and the description. */
function titleOf(section: string): string | undefined {
  return order.find((title) => title !== undefined && section.startsWith(`${title}:`));
}

const examplesOfAll = [
  ["config claude-code --write", "have Claude Code start the server"],
  ["import", "take in what the agents of this machine logged"],
] as const;

/** What `--help` says of all commands, or behind a command of that one. @param columns Width to wrap at. */
export function helpText(name: string | undefined, { columns }: { columns: number }): string {
  const program = programParser().description("An MCP server that gives coding agents their own session logs, and the commands to look at them.");
  const command = name === undefined ? undefined : commandNamed(name);
  const parser = program.commands.find((sub) => sub.name() === command?.name) ?? program;
  const help = Object.assign(new OwnHelp(), { helpWidth: Math.min(columns, 120), showGlobalOptions: true });
  const examples = (command?.examples ?? examplesOfAll).map(([typed, does]) => `  ${[programName, typed].filter(Boolean).join(" ")}\n      ${does}`);
  const more = command ? [] : [`${programName} COMMAND --help says more of a command.`];
  return [help.formatHelp(parser, help), "", "Examples:", ...examples, "", ...more, "Exit codes: 0 done, 1 failed, 2 wrong usage.", ""].join("\n");
}

/** One line that says how a command is used. */
export function usageLine(name: string | undefined): string {
  const program = programParser();
  const parser = program.commands.find((sub) => sub.name() === name) ?? program;
  return `Usage: ${new OwnHelp().commandUsage(parser)}`;
}
