import { Command as Parser, Option } from "commander";
import type { Command } from "./command.js";
import { commands } from "./commands.js";
import { commonFlags } from "./common-options.js";
import type { Argument, Flag } from "./flag.js";
import type { GivenValue } from "./given.js";
import { programName } from "./program-name.js";

/** A parser that knows all commands and their flags; it prints nothing, ends nothing, and throws what is wrong as commander's `CommanderError`. */
export function programParser(onCommand?: (command: Command, found: { values: Map<string, GivenValue>; words: string[] }) => void): Parser {
  const program = prepared(new Parser(programName)).usage("[COMMAND] [options]");
  for (const flag of commonFlags) program.addOption(optionOf(flag));
  for (const command of commands) {
    const sub = prepared(program.command(command.name, { isDefault: command.name === "serve" })).usage(usageOf(command)).summary(command.summary).description(command.about ?? command.summary);
    for (const argument of command.args) sub.argument(argument.several ? `[${argument.name}...]` : `[${argument.name}]`, argument.text);
    for (const flag of command.flags) sub.addOption(optionOf(flag));
    sub.allowExcessArguments().action(() => onCommand?.(command, { values: valuesOf(command, sub), words: sub.args }));
  }
  return program;
}

function prepared(parser: Parser): Parser {
  return parser.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined }).helpOption(false).helpCommand(false);
}

/** What stands behind the name of a command, as in `ID [options]`. */
export function usageOf({ args }: { args: readonly Argument[] }): string {
  const words = args.map(({ name, optional, several }) => (optional ? `[${name}${several ? "..." : ""}]` : `${name}${several ? "..." : ""}`));
  return [...words, "[options]"].join(" ");
}

function optionOf({ name, short, value, repeatable, text, choices }: Flag): Option {
  const option = new Option(`${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` <${value}>`}`, text);
  if (choices) option.choices(choices);
  if (repeatable) option.argParser((one, before: readonly string[] | undefined) => [...(before ?? []), one]);
  return option;
}

function valuesOf(command: Command, parser: Parser): Map<string, GivenValue> {
  const found = parser.optsWithGlobals<Record<string, GivenValue | boolean | undefined>>();
  const values = new Map<string, GivenValue>();
  for (const flag of [...commonFlags, ...command.flags]) {
    const option = optionOf(flag);
    const value = found[option.attributeName()];
    // `--no-x` is the switch of that name; commander keeps it as an `x` that is false.
    if (option.negate ? value === false : value !== undefined) values.set(flag.name, option.negate ? true : (value as GivenValue));
  }
  return values;
}
