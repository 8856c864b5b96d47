import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { logPaths } from "./logged.js";

type Fields = Record<string, unknown>;

/** The events of a log, read the plain way. @throws {Error} naming the line that is none. */
export function plainEvents(path: string): Fields[] {
  const text = readFileSync(path, "utf8");
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new Error(`${path} ends in half a line`);
  return lines.map((line, nth) => {
    try {
      return JSON.parse(line) as Fields;
    } catch (error) {
      throw new Error(`${path}: line ${nth + 1} is none`, { cause: error });
    }
  });
}

/** Logs that hold something: one that was made and never written to is no session yet. */
export function writtenLogs(home: string): string[] {
  return logPaths(home).filter((path) => statSync(path).size > 0);
}

/** What is wrong with the logs of a home and their indexes, told without any of our own code: nothing where all is as promised. */
export function homeProblems(home: string): string[] {
  const paths = writtenLogs(home);
  const ids = paths.map((path) => basename(path, ".jsonl").toLowerCase());
  const twice = ids.filter((id, nth) => ids.indexOf(id) !== nth).map((id) => `${id} has two logs`);
  const folders = [...new Set(paths.map((path) => dirname(dirname(path))))];
  return [...twice, ...paths.flatMap(logProblems), ...folders.flatMap(indexProblems)];
}

function logProblems(path: string): string[] {
  const events = plainEvents(path);
  const first = Number(events[0]?.["seq"] ?? 1);
  const gap = events.findIndex((event, nth) => event["seq"] !== first + nth);
  const stranger = events.find((event) => event["wrapper_session_id"] !== basename(path, ".jsonl"));
  return [
    ...(first > 1 ? [`${path} begins with seq ${first}`] : []),
    ...(gap >= 0 ? [`${path}: seq ${String(events[gap]?.["seq"])} stands after ${String(events[gap - 1]?.["seq"])}`] : []),
    ...(stranger ? [`${path} holds an event of ${String(stranger["wrapper_session_id"])}`] : []),
    ...["origin", "key"].flatMap((field) => repeated(events, field).map((value) => `${path}: ${field} ${value} stands twice`)),
  ];
}

function repeated(events: readonly Fields[], field: string): string[] {
  const values = events.flatMap((event) => (typeof event[field] === "string" ? [event[field]] : []));
  return [...new Set(values.filter((value, nth) => values.indexOf(value) !== nth))];
}

function indexProblems(folder: string): string[] {
  const path = join(folder, "index.json");
  const names = readdirSync(join(folder, "sessions")).filter((name) => name.endsWith(".jsonl"));
  const logged = names.filter((name) => statSync(join(folder, "sessions", name)).size > 0).map((name) => basename(name, ".jsonl"));
  const entries = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as { sessions: Fields[] }).sessions : [];
  const listed = entries.map((entry) => String(entry["wrapper_session_id"]));
  const endedAt = (id: string): unknown => plainEvents(join(folder, "sessions", `${id}.jsonl`)).findLast(({ type }) => type === "session_ended")?.["ts"] ?? null;
  return [
    ...logged.filter((id) => !listed.includes(id)).map((id) => `${path} lacks ${id}`),
    ...listed.filter((id, nth) => !logged.includes(id) || listed.indexOf(id) !== nth).map((id) => `${path} has ${id} too much`),
    ...entries.filter((entry, nth) => logged.includes(listed[nth] ?? "") && entry["ended_at"] !== endedAt(listed[nth] ?? "")).map((entry) => `${path} does not know the end of ${String(entry["wrapper_session_id"])}`),
  ];
}
