// `npm run bench`: what a user waits for, each as a ratio to a floor that is timed in the same run. Prints one table.
//   --json            prints it as JSON
//   --only a,b        only these parts: append, live, import, search, list, start
//   --megabytes N     size of the logs that are searched (60; the budgets mean 1000)
//   --sessions N      sessions that are listed (5000; the budget means 100000)
import { parseArgs } from "node:util";
import { append } from "./append.mjs";
import { importHistory } from "./import.mjs";
import { list } from "./list.mjs";
import { live } from "./live.mjs";
import { searchHistory } from "./search.mjs";
import { start } from "./start.mjs";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    only: { type: "string", default: "append,live,import,search,list,start" },
    megabytes: { type: "string", default: "60" },
    sessions: { type: "string", default: "5000" },
  },
});
const parts = {
  append,
  live,
  import: importHistory,
  search: () => searchHistory({ megabytes: Number(values.megabytes) }),
  list: () => list({ sessions: Number(values.sessions) }),
  start,
};

const rows = [];
for (const name of values.only.split(",")) {
  if (!Object.hasOwn(parts, name)) throw new RangeError(`--only: "${name}" is none of ${Object.keys(parts).join(", ")}`);
  rows.push(...(await parts[name]()));
}
if (values.json) {
  console.log(JSON.stringify(rows));
} else {
  console.table(rows);
}
