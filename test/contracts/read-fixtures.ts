import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ProviderFixture } from "./provider-suite.js";

const fixturesUrl = new URL("../fixtures/", import.meta.url);

/** The fixtures of a provider: `<case>.jsonl` or `.json` with `<case>.expected.json`. */
export function readFixtures(provider: string): ProviderFixture[] {
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
