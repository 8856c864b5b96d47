import { UsageError } from "./usage-error.js";

/**
 * Checks the providers that a command line names; which there are is known only once their parsers are loaded.
 * @param options.command The command that they were given to, where one was named.
 * @throws {UsageError} for one that is not among `known`.
 */
export async function requireProviders(named: readonly string[], known: () => Promise<readonly string[]>, { command }: { command?: string } = {}): Promise<void> {
  if (named.length === 0) return;
  const names = await known();
  const unknown = named.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw Object.assign(new UsageError(`Unknown provider "${unknown}": give ${names.join(", ")}`), { command });
}
