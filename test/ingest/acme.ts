import { join } from "node:path";
import type { NativeFile, ParsedEvent, Provider, SideFact } from "../../src/providers/provider.js";
import { splitLines } from "../../src/io/lines.js";

/** A record of the made-up provider: `say` is a message, `end` of an agent names the call that spawned it. */
export interface AcmeRecord {
  id: string;
  ts?: string;
  say?: string;
  /** The session that it belongs to, where it is not that of the file. */
  session?: string;
  spawned?: { agent: string; call: string };
}

const startTs = "2026-02-01T10:00:00.000Z";

function classify(root: string, relativePath: string): NativeFile | undefined {
  const main = /^s\/([\w-]+)\.(json|jsonl|jsonl\.zst)$/.exec(relativePath);
  const path = join(root, ...relativePath.split("/"));
  if (main) {
    const [, nativeSessionId = "", suffix] = main;
    const file: NativeFile = { path, provider: "acme", nativeSessionId, role: "main", companionPaths: { folder: join(root, "s", `${nativeSessionId}.cwd`) } };
    if (suffix === "json") return { ...file, format: "document" };
    return suffix === "jsonl.zst" ? { ...file, compression: "zstd" } : file;
  }
  const agent = /^s\/([\w-]+)\/([\w-]+)\.jsonl$/.exec(relativePath);
  return agent ? { path, provider: "acme", nativeSessionId: agent[1] ?? "", role: "agent", agentId: agent[2] ?? "", isLinkedLate: true } : undefined;
}

interface AcmeState {
  cwd: string | null;
  role: string;
  started: string[];
  document: boolean;
}

function events(state: AcmeState, record: AcmeRecord): ParsedEvent[] {
  const key = record.session ?? "";
  const at = { offsetBytes: 0, ...(record.ts === undefined ? {} : { ts: record.ts }), ...(record.session === undefined ? {} : { nativeSessionId: record.session }) };
  const list: ParsedEvent[] = [];
  if (!state.started.includes(key) && state.role === "main") {
    const kind = { type: "session_started" as const, command: "acme", model: null, cwd: state.cwd, resumed: false, backfilled: false };
    list.push({ ...at, ts: record.ts ?? startTs, origin: "start/0", kind: { ...kind, parent_session_id: undefined, source_paths: undefined, title: undefined } });
    state.started.push(key);
  }
  if (record.say !== undefined) list.push({ ...at, origin: `${record.id}/0`, kind: { type: "user_message", role: "user", content: record.say, message_id: null } });
  return list;
}

/** A provider for tests of the engine: all that a provider may have, and as little of everything as can be. */
export const acme: Provider<AcmeState> = {
  name: "acme",
  supports: { tail: true, toolCalls: false, reasoning: false, usage: false, subAgents: true, sharedRecords: false, processFiles: true },
  roots: ({ homeDir }) => [join(homeDir, ".acme")],
  watchedFolders: ["s"],
  entersFolder: (relativePath) => !relativePath.includes("private"),
  classify,
  isProcessFile: (relativePath) => /^s\/[\w-]+\.pid\d+$/.test(relativePath),
  parseProcess: (text, relativePath) => ({ pid: Number(text), nativeSessionId: /^s\/([\w-]+)\./.exec(relativePath)?.[1] ?? "" }),
  processFilesTellClears: true,
  sidePaths: ["titles.json", "titles.sqlite"],
  classifySide(root, relativePath) {
    const path = join(root, ...relativePath.split("/"));
    if (relativePath === "titles.sqlite") return { path, relativePath, reads: { as: "sqlite", table: "titles", columns: ["id", "title", "missing"] } };
    return /^(?:titles|s\/[\w-]+\.facts)\.json$/.test(relativePath) ? { path, relativePath, reads: { as: "text" } } : undefined;
  },
  parseSide(_file, content) {
    if ("rows" in content) return content.rows.map((row) => titleFact(String(row["id"]), String(row["title"])));
    try {
      return JSON.parse(content.text) as SideFact[];
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  },
  head: (_bytes, _file, companions) => ({ continues: false, ...(companions["folder"] === undefined ? {} : { cwd: companions["folder"] }) }),
  start: (file, companions) => ({ cwd: companions["folder"] ?? null, role: file.role, started: [], document: file.format === "document" }),
  parse(before, chunk, { final }) {
    const state = structuredClone(before);
    if (state.document) return parseDocument(state, chunk, final);
    const { lines, consumedBytes } = splitLines(chunk);
    const records = lines.map(({ start, end }) => JSON.parse(chunk.toString("utf8", start, end)) as AcmeRecord);
    const agents = records.flatMap(({ spawned }) => (spawned ? [{ agentId: spawned.agent, parentToolId: spawned.call }] : []));
    return { state, events: records.flatMap((record) => events(state, record)), consumedBytes, agents };
  },
  completeness: () => "full",
};

export function titleFact(nativeSessionId: string, title: string, ts?: string): SideFact {
  return { nativeSessionId, origin: `title:${title}/0`, kind: { type: "provider_status", message: "title", data: title }, ...(ts === undefined ? {} : { ts }) };
}

function parseDocument(state: AcmeState, chunk: Buffer, final: boolean) {
  try {
    const records = JSON.parse(chunk.toString("utf8")) as AcmeRecord[];
    return { state, events: records.flatMap((record) => events(state, record)), consumedBytes: chunk.length, agents: [] };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const warning: ParsedEvent = { origin: "broken/0", offsetBytes: 0, kind: { type: "parse_warning", message: "no JSON", raw: null } };
    const isTold = final && chunk.length > 0;
    return { state, events: isTold ? [warning] : [], consumedBytes: isTold ? chunk.length : 0, agents: [] };
  }
}
