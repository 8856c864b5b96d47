import { commands } from "../../src/cli/commands.js";
import { usageOf } from "../../src/cli/commander.js";
import { commonFlags } from "../../src/cli/common-options.js";
import type { Flag } from "../../src/cli/flag.js";

/** The commands as a block of Markdown, made from their definitions. */
export function commandOverview(): string {
  const overview = commands.map((command) => [`session-log-mcp ${command.name === "serve" ? "[serve]" : command.name} ${usageOf(command)}`.replace(" [options]", ""), command.summary] as const);
  const width = Math.max(...overview.map(([typed]) => typed.length));
  const list = overview.map(([typed, summary]) => `${typed.padEnd(width)}   ${summary}`);
  return ["```", ...list, "```", ""].join("\n");
}

/** All options as a table of Markdown: those of every command, then those of each. */
export function optionTable(): string {
  const own = commands.flatMap((command) => command.flags.map((flag) => row(`${command.name} ${flagText(flag)}`, flag.text)));
  const rows = [...commonFlags.map((flag) => row(flagText(flag), flag.text)), ...own];
  return ["| option | meaning |", "| --- | --- |", ...rows, ""].join("\n");
}

function flagText({ name, short, value }: Flag): string {
  return `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
}

function row(typed: string, text: string): string {
  return `| \`${typed}\` | ${text.replaceAll("|", "\\|")} |`;
}
