import { join } from "node:path";
import { openHealth } from "../../../src/main/health/open-health.js";
import { openServices } from "../../../src/main/services.js";
import type { HealthPort } from "../../../src/schema/health.js";
import type { EventDraft } from "../../../src/schema/event.js";
import { claudeUserHome } from "../../helpers/claude-user-home.js";
import { tempDir } from "../../helpers/temp-dir.js";

export const importedId = "11111111-0000-4000-8000-000000000001";

export interface TestHome {
  dir: string;
  /** Runs `fn` on the parts of the home, opened and closed for it; warnings are collected. */
  open<T>(fn: (parts: { health: HealthPort; services: ReturnType<typeof openServices> }) => Promise<T>, options?: { readOnly?: boolean }): Promise<T>;
  warnings: string[];
}

/** A home with sessions `one` (ended) and `two`, and an imported one; all that is derived is there. */
export async function healthyHome(): Promise<TestHome> {
  const userHome = claudeUserHome(importedId);
  const dir = join(tempDir(), "home");
  const warnings: string[] = [];
  const environment = { homeDir: userHome, variables: {}, platform: process.platform };
  const warn = (warning: string): void => void warnings.push(warning);
  const home: TestHome = {
    dir,
    warnings,
    async open(fn, { readOnly = false } = {}) {
      const common = { home: dir, exclude: [], readOnly, durable: false, showSecrets: false };
      const services = openServices({ common, imports: true, makesHome: true, environment, isAlive: () => false, warn });
      try {
        return await fn({ services, health: openHealth(services, { common, environment, warn, pausesMs: [1] }) });
      } finally {
        await services.close("The test is over");
      }
    },
  };
  await home.open(async ({ services: { logs, ingest, catalogue, search } }) => {
    for (const sessionId of ["one", "two"]) {
      await logs.start({ provider: "acme", command: "test", workspacePath: null, sessionId, resumed: false });
      await logs.append(sessionId, Array.from({ length: 6 }, (_, nth) => spoken(`${sessionId} says ${nth}`, `${sessionId}-${nth}`)));
    }
    await logs.end("one", { success: true });
    await ingest.import({ dryRun: false, force: false });
    await search.rebuild({});
    catalogue.list({ includeChildren: true, limit: 1 });
  });
  // What closing wrote is taken in too.
  await home.open(async ({ services: { catalogue, search } }) => {
    catalogue.list({ includeChildren: true, limit: 1 });
    await search.search({ query: "says", match: "words", caseSensitive: false, sort: "recent", limit: 1 });
  });
  return home;
}

function spoken(content: string, key: string): EventDraft {
  return { sourceKind: "wrapper", kind: { type: "user_message", role: "user", content, message_id: null }, extras: { key } };
}
