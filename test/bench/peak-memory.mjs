// Loaded before a command: says on stderr, when it ends, how much memory it held at most.
import { peakMb } from "./timing.mjs";

process.on("exit", () => process.stderr.write(`peak ${peakMb().toFixed(1)} MB\n`));
