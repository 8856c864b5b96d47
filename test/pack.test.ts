import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

test("The package holds what runs, its types and what people read, and nothing else", () => {
  const [packed] = JSON.parse(execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })) as { files: { path: string }[] }[];
  const paths = packed?.files.map(({ path }) => path) ?? [];
  const byHand = ["CHANGELOG.md", "LICENSE", "README.md", "docs/api.md", "mcp.json", "package.json"];
  const built = paths.filter((path) => !byHand.includes(path));
  expect(byHand.filter((path) => !paths.includes(path))).toEqual([]);
  expect(built.filter((path) => !/^dist\/(?:[\w-]+\.js|tools-list\.json|types\/.+\.d\.ts|types\/zod\/LICENSE)$/.test(path))).toEqual([]);
  expect(built).toEqual(expect.arrayContaining(["dist/main.js", "dist/index.js"]));
  for (const path of built.filter((name) => name.endsWith(".js"))) {
    const imports = [...readFileSync(join(root, path), "utf8").matchAll(/(?:from|import\()\s*"(\.\/[\w-]+\.js)"/g)].map(([, name]) => join("dist", name ?? ""));
    expect(imports.filter((name) => !built.includes(name)), path).toEqual([]);
  }
});
