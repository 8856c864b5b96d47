import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseEvent, type AgentLogEvent } from "../../src/schema/event.js";

/** Paths of all logs of a home, sorted; none where there is no home yet. */
export function logPaths(home: string): string[] {
  if (!existsSync(home)) return [];
  return readdirSync(home, { recursive: true, encoding: "utf8" })
    .filter((name) => /(?:^|[\\/])sessions[\\/][^\\/]+\.jsonl$/.test(name))
    .map((name) => join(home, name))
    .toSorted();
}

/** All events of one log; every line must be one. */
export function readLog(path: string): AgentLogEvent[] {
  const text = readFileSync(path, "utf8");
  if (text !== "" && !text.endsWith("\n")) throw new Error(`${path} ends in half a line`);
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => parseEvent(JSON.parse(line)));
}

/** All logs of a home by session id. */
export function readLogs(home: string): Map<string, AgentLogEvent[]> {
  return new Map(logPaths(home).map((path) => [path.replace(/^.*[\\/]|\.jsonl$/g, ""), readLog(path)]));
}
