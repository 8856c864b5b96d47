import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const src = join(root, "src");

/** Folder (or file directly below src) → what it may import besides its own folder. */
const mayImport: Record<string, readonly string[] | "all"> = {
  errors: [],
  schema: [],
  mask: [],
  io: ["errors"],
  log: ["io", "schema", "errors"],
  providers: ["io", "schema", "errors"],
  ingest: ["providers", "log", "io", "schema", "errors"],
  catalogue: ["log", "io", "schema", "errors"],
  search: ["log", "io", "schema", "errors"],
  mcp: ["mask", "schema", "errors"],
  cli: ["mask", "schema", "errors"],
  view: ["mask", "schema", "errors"],
  main: "all",
  index: "all",
};

const mayTouchProcess = new Set(["main.ts", join("index", "environment.ts")]);

const specifier = /(?:^|\n)\s*(?:import|export)\s[^;"']*?from\s*"([^"]+)"|\bimport\s*\(\s*"([^"]+)"\s*\)|(?:^|\n)\s*import\s*"([^"]+)"/g;

function sourceFiles(): string[] {
  return tsFilesBelow(src);
}

function tsFilesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(folder, file));
}

function importsOf(file: string): string[] {
  const found = [...readFileSync(file, "utf8").matchAll(specifier)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
  return found.filter((name) => name.startsWith(".")).map((name) => resolve(dirname(file), name.replace(/\.js$/, ".ts")));
}

function partOf(file: string): string {
  return relative(src, file).split(sep)[0]?.replace(/\.ts$/, "") ?? "";
}

describe("the layout", () => {
  const files = sourceFiles();

  it("has files to look at", () => {
    expect(files.length).toBeGreaterThan(20);
  });

  it("lets each folder import only what the table allows", () => {
    const broken = files.flatMap((file) => {
      const allowed = mayImport[partOf(file)];
      if (allowed === "all") return [];
      return importsOf(file)
        .map(partOf)
        .filter((part) => part !== partOf(file) && !allowed?.includes(part))
        .map((part) => `${relative(root, file)} imports ${part}`);
    });
    expect(broken).toEqual([]);
  });

  it("has no import cycles, types included", () => {
    const cycles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      const at = path.indexOf(file);
      if (at >= 0) {
        cycles.push([...path.slice(at), file].map((step) => relative(src, step)).join(" → "));
        return;
      }
      if (done.has(file)) return;
      for (const next of importsOf(file)) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it("mentions in the table every folder there is, and no catch-all file", () => {
    const parts = new Set(files.map(partOf));
    expect([...parts].filter((part) => !(part in mayImport))).toEqual([]);
    expect(files.filter((file) => /(?:^|[\\/])(?:utils?|helpers?|misc|common)\.ts$/.test(file))).toEqual([]);
  });

  // The global `process` is the lint rule no-restricted-globals' matter.
  it("imports the process in main.ts and at the library's edge alone", () => {
    const touching = files.filter((file) => !mayTouchProcess.has(relative(src, file)) && /"(?:node:)?process"/.test(withoutComments(file)));
    expect(touching.map((file) => relative(root, file))).toEqual([]);
  });

  it("reads environment variables at that edge alone", () => {
    const reading = files.filter((file) => /\bprocess\.env\b/.test(withoutComments(file)));
    expect(reading.map((file) => relative(src, file))).toEqual([join("index", "environment.ts")]);
  });

  it("keeps the tests beside what they test", () => {
    const test = join(root, "test");
    const mirrored = tsFilesBelow(test).filter((file) => file.endsWith(".test.ts") && partOfTest(file) in mayImport);
    const homeless = mirrored.filter((file) => !existsSync(join(src, dirname(relative(test, file)))));
    expect(mirrored.length).toBeGreaterThan(20);
    expect(homeless).toEqual([]);
  });
});

function partOfTest(file: string): string {
  return relative(join(root, "test"), file).split(sep)[0] ?? "";
}

function withoutComments(file: string): string {
  return readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "");
}
