import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { providerByName, providers } from "../../src/providers/registry.js";
import { type ProviderFixture, providerSuite } from "./provider-suite.js";

const fixturesUrl = new URL("../fixtures/", import.meta.url);

function readFixtures(provider: string): ProviderFixture[] {
  const folder = new URL(`${provider}/`, fixturesUrl);
  if (!existsSync(fileURLToPath(folder))) return [];
  const names = readdirSync(folder).filter((name) => /(?<!\.expected)\.jsonl?$/.test(name));
  return names.map((fileName) => {
    const name = fileName.replace(/\.jsonl?$/, "");
    const expected = JSON.parse(readFileSync(new URL(`${name}.expected.json`, folder), "utf8")) as Partial<ProviderFixture>;
    const { path = "", companions = {}, events, agents = [] } = expected;
    return { name, path, companions, events, agents, bytes: readFileSync(new URL(fileName, folder)) };
  });
}

describe("the registry of providers", () => {
  test("finds each provider by its name, and no other", () => {
    expect(providers.map(({ name }) => providerByName(name))).toEqual(providers);
    expect(new Set(providers.map(({ name }) => name)).size).toBe(providers.length);
    expect(providerByName("nobody")).toBeUndefined();
  });

  test.each(providers)("has fixtures for $name", ({ name }) => {
    expect(readFixtures(name)).not.toHaveLength(0);
  });
});

for (const provider of providers) providerSuite(provider, readFixtures(provider.name));
