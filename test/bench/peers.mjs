// The same questions to other programs, about the same logs. What cannot be installed or does not run here is left out with a note.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { command, connect, connectOurs } from "./clients.mjs";
import { runOurs } from "./corpora.mjs";
import { installed, versions } from "./peers-install.mjs";
import { check, row } from "./rows.mjs";
import { firstAnswersMs } from "./spawn.mjs";
import { awaitedMs, inTurns, timedMs } from "./timing.mjs";

const rounds = 7;
const nameOf = (name) => `${name} ${versions[name]}`;
const left = (name, why) => [{ ...check(`${nameOf(name)}: left out`, true, why), held: null, budget: null }];

/** @returns Tokens by day as ccusage counts them, in the names of session_stats; undefined where it does not run. */
function ccusageDays(path, userHome) {
  const args = [join(path, "src", "cli.js"), "daily", "--json", "--offline", "--timezone", "UTC"];
  const run = spawnSync(process.execPath, args, { env: { PATH: process.env.PATH, HOME: userHome }, encoding: "utf8", maxBuffer: 1e8 });
  if (run.status !== 0) return undefined;
  const { daily } = JSON.parse(run.stdout);
  return daily.map((day) => ({ key: day.period ?? day.date, input: day.inputTokens, output: day.outputTokens, read: day.cacheReadTokens, creation: day.cacheCreationTokens }));
}

const statsArgs = { group_by: "day", timezone: "UTC", limit: 1000, max_bytes: 200_000, include_children: true };

async function ourDays(call) {
  const { groups } = await call("session_stats", statsArgs);
  return groups.filter((day) => day.input_tokens !== undefined).map((day) => ({ key: day.key, input: day.input_tokens, output: day.output_tokens, read: day.cache_read_tokens, creation: day.cache_creation_tokens }));
}

const sorted = (days) => JSON.stringify([...days].sort((one, other) => (one.key < other.key ? -1 : 1)));

/** Usage by day: of a server that runs, and of a process that is started for it as ccusage is. */
export async function usage({ corpora }) {
  const path = installed("ccusage");
  if (!path) return left("ccusage", "cannot be installed");
  const { home, userHome, made } = corpora.native();
  const theirs = ccusageDays(path, userHome);
  if (!theirs) return left("ccusage", "does not run here");
  const { call, close } = await connectOurs(home, { userHome });
  try {
    const ours = await ourDays(call);
    const fresh = async () => {
      const server = await connectOurs(home, { userHome });
      await ourDays(server.call);
      await server.close();
    };
    const times = await inTurns({ ours: () => ourDays(call), fresh, peer: () => ccusageDays(path, userHome) }, rounds);
    const peer = { floor: times.peer, floorName: nameOf("ccusage") };
    return [
      row(`usage by day of ${(made.bytes / 1e6).toFixed(0)} MB, session_stats of a running server`, { ours: times.ours, ...peer }, { most: 50 }),
      row("usage by day, server started for it and ended", { ours: times.fresh, ...peer }),
      check("usage by day, equal to ccusage to the token", sorted(ours) === sorted(theirs), `${ours.length} days, ${theirs.length} of ccusage`),
    ];
  } finally {
    await close();
  }
}

/** The binary of this machine that the package brings; the package itself needs a newer Node. */
function transcriptsBinary() {
  const path = installed("transcripts-mcp");
  const binary = path && join(dirname(path), `transcripts-mcp-${process.platform}-${process.arch}`, `transcripts-mcp${process.platform === "win32" ? ".exe" : ""}`);
  return binary && existsSync(binary) ? binary : undefined;
}

const searches = { "a word that is nowhere": "quixplume", "a common word": "checkpoint" };

/** From nothing: to an answer from all there is, which ours gives from the logs that it has just written, and to the whole index. */
async function firstRows({ userHome, dir, peer }) {
  const [answer, index] = [{ ours: [], floor: [] }, { ours: [], floor: [] }];
  const query = searches["a word that is nowhere"];
  for (let round = 0; round < 3; round += 1) {
    const home = join(dir, `indexed-${round}`);
    const importMs = timedMs(() => runOurs(["import", "--json", "--home", home], { HOME: userHome }));
    answer.ours.push(importMs + (await awaitedMs(() => askOnce(home, { userHome, query }))));
    index.ours.push(importMs + timedMs(() => runOurs(["rebuild", "--json", "--home", home], { HOME: userHome })));
    // What has yet to come to the disk would slow down what is next.
    rmSync(home, { recursive: true, force: true });
    const indexMs = await awaitedMs(() => peer.call("build_index", { full: true }));
    answer.floor.push(indexMs + (await awaitedMs(() => peer.call("search_transcripts", { query, limit: 10 }))));
    index.floor.push(indexMs);
  }
  const floorName = nameOf("transcripts-mcp");
  return [
    row("from nothing to an answer from everything, by substring; to one from messages", { ...answer, floorName }),
    row("import and index of everything, to the index of messages", { ...index, floorName }),
  ];
}

/** A server that is started for one question, whose answer needs no index. */
async function askOnce(home, { userHome, query }) {
  const { call, close } = await connectOurs(home, { userHome });
  const { total, total_is_exact: isExact } = await call("search_sessions", { query, match: "substring" });
  await close();
  if (total !== 0 || !isExact) throw new Error(`${query} was found ${total} times, must be nowhere`);
}

/** Index, list and search of the same transcripts. */
export async function transcripts({ corpora, dir }) {
  const binary = transcriptsBinary();
  if (!binary) return left("transcripts-mcp", "has no binary for this machine");
  const { home, userHome } = corpora.native();
  runOurs(["rebuild", "--json", "--home", home], { HOME: userHome });
  const peer = await connect([], { file: binary, env: { HOME: userHome, TRANSCRIPTS_MCP_INDEX: join(dir, "peer.sqlite") } });
  const ours = await connectOurs(home, { userHome });
  try {
    const rows = await firstRows({ userHome, dir, peer });
    const functions = { list: () => ours.call("list_sessions", { limit: 20 }), listPeer: () => peer.call("list_sessions", { limit: 20 }) };
    for (const [what, query] of Object.entries(searches)) {
      functions[what] = () => ours.call("search_sessions", { query });
      functions[`${what}, peer`] = () => peer.call("search_transcripts", { query, limit: 10 });
    }
    const times = await inTurns(functions, rounds);
    const floorName = nameOf("transcripts-mcp");
    rows.push(row("list of 20 sessions", { ours: times.list, floor: times.listPeer, floorName }));
    for (const what of Object.keys(searches)) rows.push(row(`search for ${what}`, { ours: times[what], floor: times[`${what}, peer`], floorName }));
    return rows;
  } finally {
    await Promise.all([peer.close(), ours.close()]);
  }
}

/** Spawn to first answers, against a server that has nothing to open. */
export async function fileServer({ corpora, dir }) {
  const name = "@modelcontextprotocol/server-filesystem";
  const path = installed(name);
  if (!path) return left(name, "cannot be installed");
  const { home, userHome } = corpora.native();
  const [ours, floor] = [[], []];
  for (let round = 0; round < rounds * 2; round += 1) {
    floor.push(await firstAnswersMs([join(path, "dist", "index.js"), dir], { HOME: userHome }));
    ours.push(await firstAnswersMs([command, "--home", home], { HOME: userHome }));
  }
  const of = (key) => ({ ours: ours.map((one) => one[key]), floor: floor.map((one) => one[key]), floorName: nameOf(name) });
  return [row("spawn to initialize, to a peer", of("initialize")), row("spawn to tools/list, to a peer", of("list"))];
}
