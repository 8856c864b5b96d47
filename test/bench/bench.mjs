// `npm run bench`: what a user waits for, each as a ratio to a floor that is timed in the same run. Prints one table; `--json` prints it as JSON.
import { live } from "./live.mjs";
import { append } from "./append.mjs";
import { importHistory } from "./import.mjs";

const rows = [...(await append()), ...(await live()), ...importHistory()];
if (process.argv.includes("--json")) {
  console.log(JSON.stringify(rows));
} else {
  console.table(rows);
}
