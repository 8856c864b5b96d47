import { appExtension } from "../app-extension.js";
import { serverInfo } from "../identity-card.js";
import { instructionsFor } from "../instructions.js";
import { metaKeys, modernVersions } from "./revision.js";

/** How long a result may be kept, in milliseconds, and whether it is the same for everybody. What is not named here is not kept by clients. */
const caching: Readonly<Record<string, { ttlMs: number; cacheScope: "public" | "private" }>> = {
  "server/discover": { ttlMs: 3_600_000, cacheScope: "public" },
  "tools/list": { ttlMs: 3_600_000, cacheScope: "public" },
  "prompts/list": { ttlMs: 3_600_000, cacheScope: "public" },
  "resources/templates/list": { ttlMs: 3_600_000, cacheScope: "public" },
  "resources/list": { ttlMs: 5000, cacheScope: "private" },
  "resources/read": { ttlMs: 0, cacheScope: "private" },
};

const capabilities = { tools: {}, resources: { subscribe: true, listChanged: true }, prompts: {}, completions: {}, extensions: appExtension };

/** The result of `server/discover`. */
export function discovered(toolNames: readonly string[]): Record<string, unknown> {
  return { supportedVersions: modernVersions, capabilities, instructions: instructionsFor(toolNames) };
}

/** A result with what each of this era has: that it is whole, how long it may be kept, and who gave it. */
export function stamped(method: string, result: Readonly<Record<string, unknown>>, { version, meta }: { version: string; meta?: Readonly<Record<string, unknown>> }): Record<string, unknown> {
  return { resultType: "complete", ...result, ...caching[method], _meta: { [metaKeys.serverInfo]: serverInfo(version), ...meta } };
}
