import { UsageError } from "./usage-error.js";

/**
 * The providers that a command line names; which there are is known only once their parsers are loaded.
 * @throws {UsageError} for one that is not among `known`.
 */
export async function requireProviders(named: readonly string[], known: () => Promise<readonly string[]>): Promise<void> {
  if (named.length === 0) return;
  const names = await known();
  const unknown = named.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`Unknown provider "${unknown}": give ${names.join(", ")}`);
}
