import { join } from "node:path";
import { examineDatabase } from "../io/examine-database.js";
import type { Database, Row } from "../io/sqlite.js";
import type { DerivedCheck } from "../log/check/check-home.js";
import { derivedCheck, toFolders, toKnownLog, type KnownLog, type KnownLogs, type LogCount } from "../log/check/derived-check.js";
import type { Fields } from "../log/check/line-facts.js";
import type { Home } from "../log/home.js";
import { reopeningTypes } from "../schema/event.js";
import { parseJson } from "../schema/parse-json.js";
import { parseTime } from "../schema/time.js";
import { catalogueVersion } from "./catalogue-schema.js";
import { catalogueFile } from "./catalogue.js";

/** What the catalogue holds of a session that can be counted the plain way. */
interface Counts {
  lines: number;
  events: number;
  userMessages: number;
  toolCalls: number;
  toolErrors: number;
  greatestSeq: number;
  lastMs: number | null;
  ended: boolean;
}

interface KnownSession extends KnownLog {
  counts: Partial<Counts>;
}

const names = ["lines", "events", "userMessages", "toolCalls", "toolErrors", "greatestSeq", "lastMs", "ended"] as const;

/** Compares `catalogue.sqlite` with the logs that it was derived from. @param options.integrity As `examineDatabase` takes it. */
export function checkCatalogue(home: Home, options: { integrity: boolean }): DerivedCheck {
  const path = join(home.dir, catalogueFile);
  const examined = examineDatabase(path, { version: catalogueVersion, ...options }, readKnown);
  return derivedCheck({ path, code: "catalogue_differs", examined, count: ({ counts }) => new PlainCount(counts) });
}

function readKnown(db: Database): KnownLogs<KnownSession> {
  const logs: KnownSession[] = [];
  for (const row of db.prepare("SELECT s.id, s.logs_dir, s.indexed_bytes, s.inode, t.state FROM sessions s LEFT JOIN states t USING (n)").iterate()) {
    logs.push({ ...toKnownLog(row), counts: toCounts(row) });
  }
  const tallied = Number(db.prepare("SELECT TOTAL(sessions) AS sessions FROM tallies").get()?.["sessions"]);
  const faults = tallied === logs.length ? [] : [`it counts ${tallied} sessions and holds ${logs.length}`];
  return { logs, folders: toFolders(db.prepare("SELECT * FROM folders").all()), faults };
}

function toCounts(row: Row): Partial<Counts> {
  const state = (parseJson(String(row["state"])) ?? {}) as Partial<Counts>;
  return Object.fromEntries(names.map((name) => [name, state[name]]));
}

class PlainCount implements LogCount {
  readonly #known: Partial<Counts>;
  readonly #counts: Counts = { lines: 0, events: 0, userMessages: 0, toolCalls: 0, toolErrors: 0, greatestSeq: -1, lastMs: null, ended: false };

  constructor(known: Partial<Counts>) {
    this.#known = known;
  }

  take(fields: Fields): void {
    const counts = this.#counts;
    const type = String(fields["type"]);
    counts.lines += 1;
    counts.greatestSeq = Math.max(counts.greatestSeq, Number(fields["seq"]));
    if (type === "heartbeat") return;
    counts.events += 1;
    const ms = parseTime(String(fields["ts"]));
    if (ms !== undefined) counts.lastMs = Math.max(counts.lastMs ?? ms, ms);
    if (type === "user_message" && (fields["agent_id"] ?? "") === "") counts.userMessages += 1;
    if (type === "tool_call") counts.toolCalls += 1;
    if (type === "tool_result" && fields["success"] === false) counts.toolErrors += 1;
    if (type === "session_ended") counts.ended = true;
    else if (reopeningTypes.has(type)) counts.ended = false;
  }

  differences(): string[] {
    const wrong = names.filter((name) => this.#known[name] !== this.#counts[name]);
    return wrong.length === 0 ? [] : [`the log says something else of ${wrong.join(", ")}`];
  }
}
