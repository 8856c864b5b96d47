import { join } from "node:path";
import { formatTime, parseTime } from "../../schema/time.js";
import { jsonObject, stringAt } from "../json.js";
import type { SideContent, SideFact, SideFile } from "../provider.js";
import { shortHash } from "../record-key.js";
import { stateDbPaths, threadName, threadRows } from "./state-db.js";
import { titleOrigin, titleText } from "./title.js";

const indexPath = "session_index.jsonl";

/**
 * Side files: the names of threads in `session_index.jsonl` (0.104 to 0.169, appended to, the last of an id counts), and in the
 * state database. `history.jsonl` is left out: the prompts that it holds stand in the rollouts, and a thread without a rollout has no log.
 */
export const codexSidePaths: readonly string[] = [indexPath, ...stateDbPaths];

/** What a file is to the names of threads. */
export function classifyCodexSide(root: string, relativePath: string): SideFile | undefined {
  const file = { path: join(root, ...relativePath.split("/")), relativePath };
  if (relativePath === indexPath) return { ...file, reads: { as: "text" } };
  return stateDbPaths.includes(relativePath) ? { ...file, reads: threadRows } : undefined;
}

/** Names of threads, in order: each change is a fact. A last line that is not whole yet is read with the next change. */
export function parseCodexSide(_file: SideFile, content: SideContent): SideFact[] {
  return "text" in content ? indexFacts(content.text) : rowFacts(content.rows);
}

function indexFacts(text: string): SideFact[] {
  const last = new Map<string, string>();
  const times = new Map<string, number>();
  const facts: SideFact[] = [];
  for (const line of text.split("\n")) {
    const entry = jsonObject(line.trim() === "" ? undefined : line);
    const id = stringAt(entry, "id");
    const title = titleText(stringAt(entry, "thread_name"));
    if (!id || title === "" || last.get(id) === title) continue;
    last.set(id, title);
    const counted = `${id} ${shortHash(title)}`;
    times.set(counted, (times.get(counted) ?? 0) + 1);
    facts.push(titleFact(id, title, { times: times.get(counted) ?? 1, ts: stringAt(entry, "updated_at") }));
  }
  return facts;
}

function rowFacts(rows: Extract<SideContent, { rows: unknown }>["rows"]): SideFact[] {
  return rows.flatMap((row) => {
    const named = threadName(row);
    const title = titleText(named?.name);
    if (!named || title === "") return [];
    const ts = named.updatedAtMs === undefined ? undefined : formatTime(named.updatedAtMs);
    return [titleFact(named.id, title, { times: 1, ts })];
  });
}

function titleFact(nativeSessionId: string, title: string, { times, ts }: { times: number; ts: string | undefined }): SideFact {
  const fact: SideFact = { nativeSessionId, origin: titleOrigin(title, times), kind: { type: "provider_status", message: "title", data: title } };
  if (ts !== undefined && parseTime(ts) !== undefined) fact.ts = ts;
  return fact;
}
