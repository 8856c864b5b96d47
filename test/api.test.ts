import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

test("The page of the library names what src/index.ts exports, and nothing else", () => {
  const exported = [...read("src/index.ts").matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, names]) => (names ?? "").split(","));
  const names = exported.map((name) => name.trim().replace(/^type /, "")).filter((name) => name !== "");
  const tables = read("docs/api.md").split("\n").filter((line) => line.startsWith("| `"));
  const methods = new Set(["create", "emit", "finish", "code"]);
  const named = tables.flatMap((line) => [...line.matchAll(/`([A-Za-z]+)`/g)].map(([, name]) => name ?? "")).filter((name) => !methods.has(name));
  expect(named.toSorted()).toEqual(names.toSorted());
});
