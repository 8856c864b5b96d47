import { delimiter } from "node:path";
import { parseArgs } from "node:util";
import { systemCode } from "../errors.js";
import { parseWhen } from "../schema/time.js";
import { clientNamed } from "./clients/clients.js";
import { absolutePath, homeDirOf, userLogDirOf, type Surroundings as Places } from "./places.js";
import { UsageError } from "./usage-error.js";

/** Where the command runs; `main` takes it from the process. */
export interface Surroundings extends Places {
  nowMs: number;
}

/** What holds for every command. Paths are absolute. */
export interface CommonOptions {
  home: string;
  /** `ZAG_USER_LOG_DIR`: the one logs folder, for every session. */
  userLogDir?: string;
  /** Providers whose native logs are read; all where absent. */
  providers?: readonly string[];
  exclude: readonly string[];
  readOnly: boolean;
  durable: boolean;
  showSecrets: boolean;
}

export interface ImportCommandOptions {
  providers?: readonly string[];
  sinceMs?: number;
  dryRun: boolean;
  force: boolean;
  json: boolean;
}

export interface ConfigCommandOptions {
  client: string;
  /** Put the entry into the client's file, instead of printing it. */
  write: boolean;
  /** The file of the project in the working folder, instead of the user's. */
  project: boolean;
  json: boolean;
}

export type CommandLine =
  | { command: "help" | "version" }
  | { command: "serve"; common: CommonOptions; imports: boolean }
  | { command: "import"; common: CommonOptions; import: ImportCommandOptions }
  | { command: "rebuild"; common: CommonOptions; json: boolean }
  | { command: "config"; common: CommonOptions; config: ConfigCommandOptions };

const commonFlags = {
  home: { type: "string" },
  providers: { type: "string" },
  exclude: { type: "string", multiple: true },
  "read-only": { type: "boolean" },
  durable: { type: "boolean" },
  "show-secrets": { type: "boolean" },
  version: { type: "boolean", short: "v" },
  help: { type: "boolean", short: "h" },
} as const;
const serveFlags = { "no-import": { type: "boolean" } } as const;
const importFlags = {
  provider: { type: "string", multiple: true },
  since: { type: "string" },
  "dry-run": { type: "boolean" },
  force: { type: "boolean" },
  json: { type: "boolean" },
} as const;
const rebuildFlags = { json: { type: "boolean" } } as const;
const configFlags = { write: { type: "boolean" }, project: { type: "boolean" }, json: { type: "boolean" } } as const;
const flagsOfCommand: Readonly<Record<string, object>> = { serve: serveFlags, import: importFlags, rebuild: rebuildFlags, config: configFlags };

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { ...commonFlags, ...serveFlags, ...importFlags, ...configFlags }, allowPositionals: true });
  } catch (error) {
    if (!systemCode(error)?.startsWith("ERR_PARSE_ARGS_")) throw error;
    throw new UsageError((error as Error).message, { cause: error });
  }
}

type Values = ReturnType<typeof parse>["values"];

/**
 * The providers that a command line names; which there are is known only once their parsers are loaded.
 * @throws {UsageError} for one that is not among `known`.
 */
export function requireProviders({ common, import: own }: { common: CommonOptions; import?: ImportCommandOptions }, known: () => Promise<readonly string[]>): Promise<void> {
  const named = [...(common.providers ?? []), ...(own?.providers ?? [])];
  return named.length === 0 ? Promise.resolve() : known().then((names) => requireAmong(named, names));
}

function requireAmong(named: readonly string[], known: readonly string[]): void {
  const unknown = named.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`Unknown provider "${unknown}": give ${known.join(", ")}`);
}

function listed(text: string, separator: string): string[] {
  return text.split(separator).map((part) => part.trim()).filter((part) => part !== "");
}

function commonOptions(values: Values, surroundings: Surroundings): CommonOptions {
  const { variables } = surroundings;
  const absolute = (path: string): string => absolutePath(path, surroundings);
  if (values.home === "") throw new UsageError("--home has no folder: give one");
  const userLogDir = userLogDirOf(surroundings);
  const exclude = [...listed(variables["SESSION_LOG_EXCLUDE"] ?? "", delimiter), ...(values.exclude ?? [])];
  return {
    home: values.home === undefined ? homeDirOf(surroundings) : absolute(values.home),
    ...(userLogDir !== undefined && { userLogDir }),
    ...(values.providers !== undefined && { providers: listed(values.providers, ",") }),
    exclude: exclude.map(absolute),
    readOnly: values["read-only"] ?? false,
    durable: values.durable ?? false,
    showSecrets: values["show-secrets"] ?? false,
  };
}

function importOptions(values: Values, { nowMs }: Surroundings): ImportCommandOptions {
  const sinceMs = values.since === undefined ? undefined : parseWhen(values.since, nowMs);
  if (values.since !== undefined && sinceMs === undefined) {
    throw new UsageError(`--since "${values.since}" is no time: give RFC 3339, YYYY-MM-DD or an age such as 30m, 2h, 3d, 1w`);
  }
  return {
    ...(values.provider !== undefined && { providers: values.provider }),
    ...(sinceMs !== undefined && { sinceMs }),
    dryRun: values["dry-run"] ?? false,
    force: values.force ?? false,
    json: values.json ?? false,
  };
}

/**
 * Reads the arguments behind the program's name.
 * @throws {UsageError} for an unknown command or flag, or a value that is not allowed.
 */
export function parseCommandLine(args: readonly string[], surroundings: Surroundings): CommandLine {
  const { values, positionals } = parse(args);
  if (values.help) return { command: "help" };
  if (values.version) return { command: "version" };
  const [command = "serve", ...more] = positionals;
  const own = Object.hasOwn(flagsOfCommand, command) ? flagsOfCommand[command] : undefined;
  if (!own) throw new UsageError(`Unknown command "${command}"`);
  const client = command === "config" ? clientNamed(more.shift()).name : "";
  if (more.length > 0) throw new UsageError(`Unexpected argument "${more[0] as string}"`);
  const strange = Object.keys(values).find((name) => !Object.hasOwn({ ...commonFlags, ...own }, name));
  if (strange !== undefined) throw new UsageError(`Unknown option "--${strange}" of ${command}`);
  const common = commonOptions(values, surroundings);
  if (command === "serve") return { command, common, imports: !(values["no-import"] ?? false) };
  if (command === "rebuild") return { command, common, json: values.json ?? false };
  if (command === "config") return { command, common, config: { client, write: values.write ?? false, project: values.project ?? false, json: values.json ?? false } };
  return { command: "import", common, import: importOptions(values, surroundings) };
}
