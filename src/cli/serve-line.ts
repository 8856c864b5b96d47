import { parseArgs } from "node:util";
import { systemCode } from "../errors.js";
import { serve, serveOptions } from "./commands/serve.js";
import { type CommonOptions, commonFlags, commonOptions } from "./common-options.js";
import { Given, type GivenParts, type GivenValue } from "./given.js";

/** How the server is to run. */
export interface ServeLine {
  common: CommonOptions;
  options: { imports: boolean };
}

/**
 * Reads the arguments of a plain `serve` by Node's own means, so that what agents start does not wait for the parser of all commands.
 * @returns Undefined for anything else, and for what is wrong: `parseCommandLine` has the word for it.
 * @throws {UsageError} for a value that is not allowed.
 */
export function parseServeLine(args: readonly string[], surroundings: GivenParts["surroundings"]): ServeLine | undefined {
  const found = parse(args);
  if (!found || found.words.length > 0) return undefined;
  const given = new Given({ ...found, surroundings });
  if (given.isSet("help") || given.isSet("version")) return undefined;
  return { common: commonOptions(given), options: serveOptions(given) };
}

function parse(args: readonly string[]): Omit<GivenParts, "surroundings"> | undefined {
  const options = Object.fromEntries(
    [...commonFlags, ...serve.flags].map(({ name, short, value, repeatable }) => [
      name,
      { type: value === undefined ? ("boolean" as const) : ("string" as const), multiple: repeatable ?? false, ...(short !== undefined && { short }) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const words = positionals[0] === serve.name ? positionals.slice(1) : positionals;
    return { values: new Map(Object.entries(values) as [string, GivenValue][]), words };
  } catch (error) {
    if (!systemCode(error)?.startsWith("ERR_PARSE_ARGS_")) throw error;
    return undefined;
  }
}
