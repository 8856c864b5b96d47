// Loaded before a command: adds to the file PEAK_MEMORY_FILE, when the process ends, how many megabytes it held at most, as do the processes that it starts.
import { appendFileSync } from "node:fs";
import { peakMb } from "./timing.mjs";

process.on("exit", () => appendFileSync(process.env.PEAK_MEMORY_FILE, `${peakMb()}\n`));
