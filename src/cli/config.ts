import { type Client, type ClientPlaces, clientNamed, entryName } from "./clients/clients.js";
import { putJsonEntry } from "./clients/json-entry.js";
import type { ConfigFiles } from "./clients/config-files.js";
import { type Installation, launchOf } from "./clients/launch.js";
import { Refusal } from "./clients/refusal.js";
import { putTomlEntry } from "./clients/toml-entry.js";
import type { CommonOptions } from "./common-options.js";
import { jsonLine } from "./json-line.js";
import { laidOut } from "./look/wrap.js";
import { absolutePath } from "./places.js";
import type { Terminal } from "./terminal.js";
import { UsageError } from "./usage-error.js";
import { visible } from "./visible.js";

export interface ConfigCommandOptions {
  client: string;
  /** Put the entry into the client's file, instead of printing it. */
  write: boolean;
  /** The file of the project in the working folder, instead of the user's. */
  project: boolean;
  json: boolean;
}

export interface ConfigSurroundings {
  common: CommonOptions;
  installation: Installation;
  places: ClientPlaces;
  files: ConfigFiles;
  terminal: Terminal;
}

/**
 * Prints what a client's file needs to hold, or puts it there.
 * @returns The exit code: 0, or 1 where the file was left as it is, which stderr explains.
 * @throws {UsageError} for an unknown client, or one without project files where one is asked for.
 */
export function configCommand(options: ConfigCommandOptions, surroundings: ConfigSurroundings): 0 | 1 {
  const client = clientNamed(options.client);
  const file = fileOf(client, options, surroundings);
  const place = { table: client.table, name: entryName, entry: client.entry(launchOf(surroundings.installation, surroundings.common, { surroundings: surroundings.places })) };
  const put = (text: string): string => (client.format === "json" ? putJsonEntry(text, place) : putTomlEntry(text, place));
  if (!options.write) {
    print(put(""), { client, file, json: options.json, surroundings });
    return 0;
  }
  try {
    write(put, { client, file, json: options.json, surroundings });
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    surroundings.terminal.tell(`Cannot put ${entryName} into "${file}": ${error.message}; the file is as it was.`);
    return 1;
  }
}

interface Target {
  client: Client;
  file: string;
  json: boolean;
  surroundings: ConfigSurroundings;
}

function fileOf(client: Client, { project }: ConfigCommandOptions, { places }: ConfigSurroundings): string {
  if (!project) return absolutePath(client.userFile(places), places);
  if (client.projectFile === undefined) throw new UsageError(`${client.title} has no file for a project: leave --project out`);
  return absolutePath(client.projectFile, places);
}

function print(snippet: string, { client, file, json, surroundings: { terminal } }: Target): void {
  if (json) return terminal.out(jsonLine({ client: client.name, file, snippet }));
  // Apart from the snippet, so that this may go into a pipe.
  terminal.err(`For ${client.title}, in ${visible(file)} (--write puts it there):\n`);
  terminal.out(snippet);
}

function write(put: (text: string) => string, { client, file, json, surroundings: { files, terminal } }: Target): void {
  const before = files.read(file);
  const text = put(before ?? "");
  const isSame = text === before;
  const backup = isSame ? undefined : files.replace(file, text, { before });
  const result = isSame ? "unchanged" : before === undefined ? "created" : "changed";
  if (json) return terminal.out(jsonLine({ client: client.name, file, result, backup }));
  const said = {
    unchanged: `${visible(file)} has this entry already.`,
    created: `Made ${visible(file)} with ${entryName} in it. Start ${client.title} anew to use it.`,
    changed: `Put ${entryName} into ${visible(file)}; the file as it was: ${visible(backup ?? "")}. Start ${client.title} anew to use it.`,
  };
  terminal.out(laidOut(`${said[result]}\n`, terminal));
}
