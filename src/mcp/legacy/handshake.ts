import { appExtension } from "../app-extension.js";
import { serverInfo } from "../identity-card.js";
import { instructionsFor } from "../instructions.js";

/** The revisions with a handshake, newest first: those of the SDK, which is not loaded when the first answer is given (a test holds the two together). */
export const legacyVersions: readonly string[] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05", "2024-10-07"];

export const legacyCapabilities = { tools: {}, resources: { subscribe: true, listChanged: true }, prompts: {}, completions: {}, logging: {}, extensions: appExtension };

/** The result of `initialize` for a client that asks for `requested`: that revision where it is spoken here, else the newest. */
export function initialized(requested: string, { version, toolNames }: { version: string; toolNames: readonly string[] }): Record<string, unknown> {
  return {
    protocolVersion: legacyVersions.includes(requested) ? requested : legacyVersions[0],
    capabilities: legacyCapabilities,
    serverInfo: serverInfo(version),
    instructions: instructionsFor(toolNames),
  };
}
