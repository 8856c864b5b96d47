import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const src = fileURLToPath(new URL("../../src", import.meta.url));
const valueImport = /(?:^|\n)\s*(?:import|export)\s(?!type\s)[^;"']*?from\s*"([^"]+)"/g;

/** What is loaded as soon as `file` is: its imports and theirs, but for types and `import()`. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, name = ""] of readFileSync(file, "utf8").matchAll(valueImport)) {
    if (name.startsWith(".") && name.endsWith(".js")) loadedWith(resolve(dirname(file), name.replace(/\.js$/, ".ts")), seen);
    else seen.add(name);
  }
  return seen;
}

function partsOf(loaded: Set<string>): string[] {
  return [...loaded].filter((name) => name.startsWith(src)).map((name) => relative(src, name).split("/")[0] as string);
}

test("the first answers come without databases, watchers and parsers", () => {
  const loaded = loadedWith(resolve(src, "main/serve.ts"));
  expect(partsOf(loaded)).toContain("mcp");
  for (const heavy of ["io", "log", "catalogue", "ingest", "providers", "search"]) expect(partsOf(loaded)).not.toContain(heavy);
  for (const heavy of ["chokidar", "zod"]) expect([...loaded]).not.toContain(heavy);
});

test("a client of one era loads nothing of the other", () => {
  const ofSdk = (loaded: Set<string>): string[] => [...loaded].filter((name) => name.startsWith("@modelcontextprotocol/"));
  expect(ofSdk(loadedWith(resolve(src, "main/serve.ts")))).toEqual([]);
  expect(ofSdk(loadedWith(resolve(src, "mcp/modern/modern-server.ts")))).toEqual([]);
  const legacy = loadedWith(resolve(src, "mcp/legacy/legacy-server.ts"));
  expect(ofSdk(legacy)).toContain("@modelcontextprotocol/sdk/server/index.js");
  expect([...legacy].filter((name) => name.includes("/mcp/modern/"))).toEqual([]);
});

test("a wrong command line, help and version come without the server, and the server without the parser of all commands", () => {
  const loaded = loadedWith(resolve(src, "main.ts"));
  expect(new Set(partsOf(loaded))).toEqual(new Set(["main.ts", "main", "index", "cli", "schema", "errors.ts"]));
  expect([...loaded]).not.toContain("zod");
  expect([...loaded]).not.toContain("commander");
  expect([...loadedWith(resolve(src, "cli/command-line.ts"))]).toContain("commander");
});
