import { claude } from "./claude/claude.js";
import { codex } from "./codex/codex.js";
import { copilot } from "./copilot/copilot.js";
import { gemini } from "./gemini/gemini.js";
import type { Provider } from "./provider.js";

/** The providers that this version can read. A state only ever goes back to the provider that made it. */
export const providers: readonly Provider[] = [claude, codex, gemini, copilot];

/** The provider of that name, or undefined. */
export function providerByName(name: string): Provider | undefined {
  return providers.find((provider) => provider.name === name);
}
