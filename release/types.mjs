/**
 * Makes dist/types: the declarations that the library's own need, of this project and of zod, whose code is bundled too. So a project that
 * compiles against them needs no package but @types/node.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const zod = join(root, "node_modules/zod");
const target = join(root, "dist/types");
const made = mkdtempSync(join(tmpdir(), "session-log-types-"));

/** Where a declaration imports something from; not in comments. */
const specifier = /(\bfrom\s*|\bimport\s*\(?\s*)"([^"]+)"/g;

function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

/** The file that `name` means in `file`; undefined for modules of Node. @throws {Error} for a package that nobody installs. */
function fileOf(name, file) {
  if (name.startsWith(".")) return resolve(dirname(file), name.replace(/\.js$/, ".d.ts"));
  if (name === "zod") return join(zod, "index.d.ts");
  if (name.startsWith("node:")) return undefined;
  throw new Error(`${file} needs types of "${name}", which users of the library do not have`);
}

function placeOf(file) {
  return file.startsWith(zod + sep) ? join(target, "zod", relative(zod, file)) : join(target, relative(join(made, "src"), file));
}

/** Zod is imported from where its declarations lie now. */
function withOwnZod(text, file) {
  const path = relative(dirname(placeOf(file)), join(target, "zod/index.js")).replaceAll(sep, "/");
  return text.replace(specifier, (whole, before, name) => (name === "zod" ? `${before}"${path.startsWith(".") ? path : `./${path}`}"` : whole));
}

try {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", join(root, "release/tsconfig.json"), "--outDir", made], { stdio: "inherit" });
  rmSync(target, { recursive: true, force: true });
  const seen = new Set();
  const pending = [join(made, "src/index.d.ts")];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = readFileSync(file, "utf8");
    for (const [, , name] of withoutComments(text).matchAll(specifier)) pending.push(...[fileOf(name, file)].filter((path) => path !== undefined));
    mkdirSync(dirname(placeOf(file)), { recursive: true });
    writeFileSync(placeOf(file), file.startsWith(zod + sep) ? text : withOwnZod(text, file));
  }
  writeFileSync(join(target, "zod/LICENSE"), readFileSync(join(zod, "LICENSE")));
} finally {
  rmSync(made, { recursive: true, force: true });
}
