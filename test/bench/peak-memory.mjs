// Loaded before a command: says on stderr, when it ends, how much memory it held at most.
process.on("exit", () => process.stderr.write(`peak ${(process.resourceUsage().maxRSS / 1024).toFixed(1)} MB\n`));
