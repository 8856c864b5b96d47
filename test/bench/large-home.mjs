// A home whose logs are as large as real ones for every system call, and take no room: what is not at their start is a hole.
import { closeSync, mkdirSync, openSync, readdirSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { runOurs } from "./corpora.mjs";
import { writeShortSessions } from "./history.mjs";

const logBytes = 400_000;

/** @returns The home, with everything built. A hole is a line that cannot be read, and is ended by its newline. */
export function largeHome(base, { gb }) {
  const dir = join(base, "large");
  const home = join(dir, "home");
  mkdirSync(dir, { recursive: true });
  writeShortSessions(home, { sessions: Math.round((gb * 1e9) / logBytes) });
  for (const entry of readdirSync(home, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    truncateSync(path, logBytes - 1);
    const fd = openSync(path, "a");
    writeSync(fd, "\n");
    closeSync(fd);
  }
  runOurs(["rebuild", "--json", "--home", home], { HOME: dir });
  return home;
}
