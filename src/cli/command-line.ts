import { CommanderError } from "commander";
import type { Command } from "./command.js";
import { programParser } from "./commander.js";
import { commandNamed, commands } from "./commands.js";
import { type CommonOptions, commonOptions } from "./common-options.js";
import { Given, type GivenParts } from "./given.js";
import type { Surroundings as Places } from "./places.js";
import { UsageError } from "./usage-error.js";

/** Where the command runs; `main` takes it from the process. */
export interface Surroundings extends Places {
  nowMs: number;
}

/** What was typed: a question for help or the version, or a command with its options. */
export type CommandLine =
  | { command: "help"; /** Of this command; of all where absent. */ of?: string }
  | { command: "version" }
  | { command: string; common: CommonOptions; options: unknown };

/**
 * Reads the arguments behind the program's name.
 * @throws {UsageError} for an unknown command or flag, or a value that is not allowed.
 */
export function parseCommandLine(args: readonly string[], surroundings: Surroundings): CommandLine {
  let line: CommandLine | undefined;
  const parser = programParser((command, found) => {
    line = lineOf(command, { ...found, surroundings, isDefault: !isNamed(parser.args[0]) });
  });
  try {
    parser.parse(args, { from: "user" });
    return line as unknown as CommandLine;
  } catch (error) {
    const named = isNamed(parser.args[0]) ? parser.args[0] : undefined;
    const wrong = error instanceof CommanderError ? new UsageError(messageOf(error, named ?? "serve"), { cause: error }) : error;
    if (wrong instanceof UsageError) wrong.command ??= named;
    throw wrong;
  }
}

function isNamed(word: string | undefined): word is string {
  return word !== undefined && commandNamed(word) !== undefined;
}

function lineOf(command: Command, { isDefault, ...found }: GivenParts & { isDefault: boolean }): CommandLine {
  const given = new Given(found);
  if (given.isSet("help")) return { command: "help", ...(!isDefault && { of: command.name }) };
  if (given.isSet("version")) return { command: "version" };
  const [first] = given.words;
  if (isDefault && first !== undefined) throw new UsageError(`Unknown command "${first}": give ${commands.map(({ name }) => name).join(", ")}`);
  const options = command.read(given);
  const excess = command.args.some(({ several }) => several) ? undefined : given.words[command.args.length];
  if (excess !== undefined) throw new UsageError(`Unexpected argument "${excess}"`);
  return { command: command.name, common: commonOptions(given), options };
}

/** What commander finds wrong, in our words; its guess at what was meant stays. */
function messageOf({ code, message }: CommanderError, command: string): string {
  const [said = "", guess] = message.replace(/^error: /, "").split("\n");
  const hint = guess === undefined ? "" : ` ${guess}`;
  const quoted = /'([^']*)'/.exec(said)?.[1] ?? "";
  if (code === "commander.unknownOption") return `Unknown option "${quoted}" of ${command}${hint}`;
  if (code === "commander.optionMissingArgument") return `${flagOf(quoted)} has no value: give one`;
  const [, value, allowed] = /argument '([\s\S]*)' is invalid\. Allowed choices are (.*)\.$/.exec(message.replace(/^error: /, "")) ?? [];
  if (allowed !== undefined) return `${flagOf(quoted)} "${value ?? ""}" is not allowed: give ${allowed}`;
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}${hint}`;
}

/** The long name of an option as commander shows it, such as `-n, --lines <N>`. */
function flagOf(shown: string): string {
  return shown.replace(/ <.*/, "").replace(/^-., /, "");
}
