import { describe, expect, test } from "vitest";
import { providerByName, providers } from "../../src/providers/registry.js";
import { engineSuite } from "./engine-suite.js";
import { providerSuite } from "./provider-suite.js";
import { readFixtures } from "./read-fixtures.js";

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

for (const provider of providers) {
  const fixtures = readFixtures(provider.name);
  providerSuite(provider, fixtures);
  engineSuite(provider, fixtures);
}
