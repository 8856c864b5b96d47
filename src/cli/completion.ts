import type { Command, CommandContext } from "./command.js";
import { clients } from "./clients/clients.js";
import { commonFlags } from "./common-options.js";
import type { Completes, Flag } from "./flag.js";
import { jsonLine } from "./json-line.js";
import { programName } from "./program-name.js";
import { shells, shellScript } from "./shell-scripts.js";
import { shortIds } from "./short-ids.js";
import { visible } from "./visible.js";

export interface CompletionCommandOptions {
  shell: (typeof shells)[number];
  /** What was typed behind the program's name, the word to complete last. Absent: the shell's script is asked for. */
  words?: readonly string[];
  json: boolean;
}

/** A word that may stand there, and what it is. */
interface Candidate {
  word: string;
  text: string;
}

/** Sessions that are offered: those written last. */
const offeredSessions = 50;

/**
 * Prints a shell's script, or what may stand in the place of the last word: a line each, with a tab before what it is.
 * Where nothing is printed the shell offers files.
 * @param commands All that there are.
 */
export async function completionCommand({ shell, words, json }: CompletionCommandOptions, commands: readonly Command[], context: CommandContext): Promise<0> {
  const { terminal } = context;
  if (!words) {
    const script = shellScript(shell, { name: programName, pathFlags: [...commonFlags, ...commands.flatMap(({ flags }) => flags)].filter(isPath).map(({ name }) => name) });
    terminal.out(json ? jsonLine({ shell, script }) : script);
    return 0;
  }
  const last = words.at(-1) ?? "";
  const all = await candidates(words.slice(0, -1), last, { commands, context });
  const found = all.filter(({ word }) => word.startsWith(last));
  terminal.out(json ? jsonLine({ candidates: found }) : found.map(({ word, text }) => `${visible(word)}\t${visible(text)}\n`).join(""));
  return 0;
}

function isPath({ completes }: Flag): boolean {
  return completes === "path" || completes === "folder";
}

async function candidates(before: readonly string[], last: string, { commands, context }: { commands: readonly Command[]; context: CommandContext }): Promise<Candidate[]> {
  const { command, words, open } = understood(before, commands);
  if (open) return open.choices ? open.choices.map((word) => ({ word, text: "" })) : valuesOf(open.completes, context);
  if (last.startsWith("-")) return flagsOf(command).map(({ name, text }) => ({ word: `--${name}`, text }));
  if (!command) return commands.map(({ name, summary }) => ({ word: name, text: summary }));
  const argument = command.args[words] ?? command.args.find(({ several }) => several);
  return argument ? valuesOf(argument.completes, context) : [];
}

function flagsOf(command: Command | undefined): readonly Flag[] {
  return [...(command?.flags ?? []), ...commonFlags];
}

/** The command that stands there, how many words behind it, and the flag whose value comes next. */
function understood(before: readonly string[], commands: readonly Command[]): { command: Command | undefined; words: number; open: Flag | undefined } {
  let command: Command | undefined;
  let words = 0;
  let open: Flag | undefined;
  for (const word of before) {
    if (open) open = undefined;
    else if (word.startsWith("-")) open = flagsOf(command).find(({ name, short, value }) => value !== undefined && (word === `--${name}` || word === `-${short ?? ""}`));
    else if (command) words += 1;
    else command = commands.find(({ name }) => name === word);
  }
  return { command, words, open };
}

async function valuesOf(completes: Completes | undefined, context: CommandContext): Promise<Candidate[]> {
  switch (completes) {
    case "client":
      return clients.map(({ name, title }) => ({ word: name, text: title }));
    case "shell":
      return shells.map((word) => ({ word, text: "" }));
    case "provider":
      return (await context.services({ imports: false })).ingest.providers.map((word) => ({ word, text: "" }));
    case "session":
      return sessions(context);
    default:
      return [];
  }
}

async function sessions({ callTool }: CommandContext): Promise<Candidate[]> {
  const { sessions: found } = await callTool("list_sessions", { limit: offeredSessions });
  const ids = shortIds(found.map(({ session_id }) => session_id));
  return [{ word: "latest", text: "the session that was written last" }, ...found.map(({ session_id: id, title, provider }) => ({ word: ids.get(id) ?? id, text: `${provider}: ${title ?? ""}` }))];
}
