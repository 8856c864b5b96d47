// `npm run bench`: what a user waits for, against a floor that is timed in the same run. Prints one table.
//   --gb N        size of each corpus (0.02; the budgets mean 1: 1 GB of logs, 100,000 sessions listed, 50,000 native files watched)
//   --only a,b    only these parts
//   --peers       other programs too, on the same logs; installs them into a folder of its own
//   --json        prints the rows as JSON instead
//   --strict      exit code 1 where a budget is not held or a part fails
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Corpora } from "./corpora.mjs";
import { parts, peerParts } from "./all-parts.mjs";
import { table } from "./table.mjs";

const { values } = parseArgs({
  options: {
    gb: { type: "string", default: "0.02" },
    only: { type: "string" },
    peers: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    strict: { type: "boolean", default: false },
  },
});

function wanted() {
  const all = values.peers ? { ...parts, ...peerParts } : parts;
  const names = values.only?.split(",") ?? Object.keys(all);
  const unknown = names.find((name) => !Object.hasOwn(all, name));
  if (unknown !== undefined) throw new RangeError(`--only: "${unknown}" is none of ${Object.keys(all).join(", ")}`);
  return names.map((name) => [name, all[name]]);
}

function size() {
  const gb = Number(values.gb);
  if (!(gb > 0)) throw new RangeError(`--gb: "${values.gb}" is no size, must be a number above 0`);
  return gb;
}

/**
 * Runs a part in a folder of its own, which stays until the run is over: for minutes after a large removal, ext4 looks at each inode
 * that was freed before it makes a file, and the next part would pay for that.
 * @returns Its rows, or why there are none.
 */
async function runPart([name, part], { corpora, gb, base }) {
  const from = performance.now();
  const dir = join(base, `part-${name}`);
  mkdirSync(dir);
  try {
    return { rows: (await part({ corpora, gb, dir })).map((one) => ({ part: name, ...one })) };
  } catch (error) {
    console.error(`${name} failed: ${error.stack}`);
    return { failed: { part: name, error: error.message } };
  } finally {
    console.error(`${name}: ${((performance.now() - from) / 1000).toFixed(0)} s`);
  }
}

// A home that others could read would be narrowed at each start, and told of.
process.umask(0o077);
const [chosen, gb] = [wanted(), size()];
const base = mkdtempSync(join(tmpdir(), "session-log-bench-"));
const [rows, failed] = [[], []];
try {
  const corpora = new Corpora(base, gb);
  for (const one of chosen) {
    const told = await runPart(one, { corpora, gb, base });
    rows.push(...(told.rows ?? []));
    if (told.failed) failed.push(told.failed);
  }
} finally {
  rmSync(base, { recursive: true, force: true, maxRetries: 5 });
}
const budgeted = rows.filter(({ held }) => held !== null);
const over = budgeted.filter(({ held }) => !held);
if (values.json) console.log(JSON.stringify({ gb, node: process.version, platform: process.platform, cpus: cpus().length, rows, failed }));
else console.log(`${table(rows)}\n\n${budgeted.length - over.length} of ${budgeted.length} budgets held${failed.length > 0 ? `; failed: ${failed.map(({ part }) => part).join(", ")}` : ""}`);
if (values.strict && over.length + failed.length > 0) process.exitCode = 1;
