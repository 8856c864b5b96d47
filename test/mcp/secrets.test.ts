import { execFile } from "node:child_process";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { claudeUserHome } from "../helpers/claude-user-home.js";
import { logPaths } from "../helpers/logged.js";
import { newSeed } from "../helpers/random.js";
import { type RawServer, serverPath, spawnServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import { madeUpSecrets, secretsInContext } from "../mask/made-up-secrets.js";

const seed = newSeed();
const byForm = madeUpSecrets(seed).map(([, secret]) => secret);
const inContext = secretsInContext(seed);
/** One line and few characters: what may be a name. */
const nameable = byForm.filter((secret) => /^[\w.-]{20,80}$/.test(secret));

/** Pieces that would tell a good part of a secret: ten characters of its last three fifths. */
function piecesOf(secret: string): string[] {
  const pieces: string[] = [];
  for (let at = Math.floor(secret.length * 0.4); at + 10 <= secret.length; at += 2) pieces.push(secret.slice(at, at + 10));
  return pieces.filter((piece) => !/KEY|--|\n|KEY BLOCK/.test(piece));
}

const pieces = [...byForm, ...inContext.map(({ secret }) => secret)].flatMap((secret) => piecesOf(secret));

/** What shows a piece, with what stands before it. */
function leaksIn(text: string): string[] {
  return pieces.filter((piece) => text.includes(piece)).map((piece) => text.slice(Math.max(0, text.indexOf(piece) - 150), text.indexOf(piece) + 20));
}

/** Gives secrets in turn, so that all fields together hold each kind. */
function inTurn(secrets: readonly string[]): () => string {
  let at = 0;
  return () => secrets[at++ % secrets.length] as string;
}

const name = inTurn(nameable);
const any = inTurn(byForm);
/** Text as tools and people write it: secrets of every sort, one behind the other. */
const allText = [...byForm.map((secret) => `see ${secret} now`), ...inContext.map(({ before, secret, after }) => before + secret + after)].join("\n");

function eventsFullOfSecrets(): Record<string, unknown>[] {
  const data = () => ({ [`key ${any()}`]: any(), list: [any(), { deep: JSON.stringify({ text: `quoted "${any()}"\n` }) }], api_key: inContext[6]?.secret });
  const quoted = JSON.stringify({ outer: JSON.stringify({ inner: allText }) });
  return [
    { type: "user_message", content: allText, agent_id: name() },
    { type: "user_message", content: `needle ${any()} ${any()}`.repeat(3) },
    { type: "assistant_message", content: quoted, model: name() },
    { type: "reasoning", content: `${any()} needle ${any()}` },
    { type: "tool_call", tool_name: name(), tool_id: "one", input: { command: ["curl", "-u", `bob:${inContext.find(({ before }) => before.startsWith("curl"))?.secret}`, any()], ...data() } },
    { type: "tool_result", tool_name: name(), tool_id: "one", success: false, output: `needle ${any()}`, error: any(), data: data() },
    { type: "tool_call", tool_name: name(), tool_id: "two", input: data() },
    { type: "tool_result", tool_name: null, tool_id: "two", success: true, output: quoted, error: null, data: data() },
    { type: "permission", tool_name: name(), description: `needle ${any()}`, granted: true },
    { type: "provider_status", message: `needle ${any()}`, data: data() },
    { type: "stderr", message: `password=${inContext.find(({ kind }) => kind === "password")?.secret} ${any()}` },
    { type: "parse_warning", message: any(), raw: quoted },
    { type: "session_result", result: allText },
    { type: "usage", input_tokens: 1, output_tokens: 1, model: name() },
    { type: "user_event", level: name(), message: `${any()} needle`, data: data() },
    { type: "usage_limit_hit", scope: any(), incident_id: name() },
    ...byForm.map((secret, nth) => ({ type: "user_message", content: `${"word ".repeat(nth % 7)}needle ${secret}` })),
  ];
}

const session = { provider: "acme", title: `${"a title of many words ".repeat(8)}${any()} ${any()}`, command: `run ${any()}`, model: nameable[3], prompt: allText };

interface Filled {
  server: RawServer;
  ask(method: string, params?: Record<string, unknown>): Promise<Record<string, unknown>>;
  call(tool: string, args?: Record<string, unknown>): Promise<Record<string, unknown>>;
}

/** A server with a session full of secrets, another one that Claude Code wrote, and a line of a kind that nobody knows. */
async function filled(args: readonly string[] = []): Promise<Filled> {
  const userHome = claudeUserHome("0b0b0b0b-1111-4222-8333-444455556666");
  const transcript = join(userHome, ".claude", "projects", "-w", "0b0b0b0b-1111-4222-8333-444455556666.jsonl");
  const record = { isSidechain: false, userType: "external", cwd: `/w/${nameable[0]}`, sessionId: "0b0b0b0b-1111-4222-8333-444455556666", version: "2.1.0", type: "user", uuid: "u9", timestamp: new Date().toISOString() };
  appendFileSync(transcript, `${JSON.stringify({ ...record, message: { role: "user", content: allText } })}\n`);
  const server = spawnServer({ args, userHome });
  await server.initialize();
  let id = 0;
  const ask = async (method: string, params: Record<string, unknown> = {}) => {
    id += 1;
    server.send({ jsonrpc: "2.0", id, method, params });
    return server.answer(id);
  };
  const call = (tool: string, given: Record<string, unknown> = {}) => ask("tools/call", { name: tool, arguments: given });
  await call("start_session", { ...session, session_id: "one-session", workspace_path: join(tempDir(), nameable[1] ?? ""), provider_session_id: nameable[2] });
  const written = await call("emit_event", { session_id: "one-session", events: eventsFullOfSecrets() });
  expect(written, "what was answered to the events").not.toHaveProperty("result.isError");
  const log = logPaths(server.home).find((path) => path.endsWith("one-session.jsonl")) ?? "";
  appendFileSync(log, `${JSON.stringify({ seq: 900, ts: new Date().toISOString(), provider: "acme", wrapper_session_id: "one-session", type: nameable[4], [nameable[5] ?? ""]: any() })}\n`);
  await waitFor("the imported session", async () => JSON.stringify(await call("list_sessions")).includes("0b0b0b0b"));
  return { server, ask, call };
}

const groupings = ["none", "session", "provider", "model", "workspace", "day", "agent", "tool", "tool_kind", "file"];
const uris = ["sessions", "sessions/one-session", "sessions/one-session/events.jsonl", "sessions/one-session/events.jsonl?after_seq=-1&limit=1000", "sessions/one-session/transcript.md", "live", "live/claude.jsonl"];

/** Every tool that reads, every resource, prompt and completion. */
async function readEverything({ ask, call }: Filled): Promise<void> {
  const id = { session_id: "one-session" };
  for (const detail of ["brief", "full"]) {
    await call("list_sessions", { detail });
    for (const session_id of ["one-session", "0b0b0b0b"]) await call("read_session", { session_id, detail, from: "start", limit: 500, max_bytes: 200_000, agent: "all" });
    await call("read_session", { ...id, detail, limit: 0 });
    await call("wait_for_events", { ...id, after_seq: -1, detail, limit: 500, max_bytes: 200_000 });
  }
  for (const group_by of groupings) await call("session_stats", { group_by });
  for (const query of ["needle", "see", "word"]) await call("search_sessions", { query, limit: 50, context: 3, max_bytes: 200_000, sort: "relevance" });
  await call("import_sessions", { force: true });
  for (const uri of uris) await ask("resources/read", { uri: `session-log:///${uri}` });
  await ask("resources/list");
  await ask("prompts/get", { name: "recall", arguments: { topic: "needle", workspace: "all" } });
  await ask("prompts/get", { name: "standup", arguments: {} });
  for (const prompt of ["handoff", "postmortem"]) await ask("prompts/get", { name: prompt, arguments: { session: "one-session" } });
  for (const [prompt, argument] of [["recall", "workspace"], ["handoff", "session"]]) {
    await ask("completion/complete", { ref: { type: "ref/prompt", name: prompt }, argument: { name: argument, value: "" } });
  }
  await call("read_session", { session_id: "one" });
  await call("emit_event", { session_id: "one-session", event: { type: "user_message" } });
}

/** All that the server said so far. */
function said(server: RawServer): string {
  return server.messages().map((message) => JSON.stringify(message)).join("\n") + server.stderr();
}

describe(`secrets in all fields (seed ${seed})`, () => {
  test("leave by no tool, resource, prompt, completion or message", { timeout: 120_000 }, async () => {
    const all = await filled();
    await readEverything(all);
    expect(said(all.server)).toContain("[secret:");
    expect(leaksIn(said(all.server))).toEqual([]);
  });

  test("leave by no cut, whatever its place", { timeout: 120_000 }, async () => {
    const { server, call } = await filled();
    for (let max_bytes = 1_000; max_bytes < 6_000; max_bytes += 97) {
      for (const detail of ["brief", "full"]) await call("read_session", { session_id: "one-session", from: "start", detail, max_bytes, agent: "all" });
      await call("search_sessions", { query: "needle", context: 1, max_bytes });
      await call("list_sessions", { detail: "full", max_bytes });
    }
    for (let max_chars_per_event = 1; max_chars_per_event < 400; max_chars_per_event += 7) {
      await call("read_session", { session_id: "one-session", from: "start", max_chars_per_event, limit: 500, max_bytes: 200_000, agent: "all" });
    }
    expect(leaksIn(said(server))).toEqual([]);
  });

  test("are found by their text, and shown as what they are", { timeout: 60_000 }, async () => {
    const { server, ask } = await filled();
    for (const secret of byForm.filter((one) => !one.includes("\n")).slice(0, 40)) {
      const answer = await ask("tools/call", { name: "search_sessions", arguments: { query: secret, match: "substring", limit: 1 } });
      const { structuredContent: found } = answer["result"] as { structuredContent: { hits: { text: string }[]; total: number } };
      expect(found.total, secret).toBeGreaterThan(0);
      expect(found.hits[0]?.text).toContain("[secret:");
    }
    expect(leaksIn(said(server))).toEqual([]);
  });

  test("are shown to who asks for them with --show-secrets", { timeout: 60_000 }, async () => {
    const all = await filled(["--show-secrets"]);
    await all.call("read_session", { session_id: "one-session", from: "start", detail: "full", limit: 500, max_bytes: 200_000 });
    expect(said(all.server)).not.toContain("[secret:");
    for (const secret of nameable) expect(said(all.server)).toContain(secret);
  });

  test("are refused as names of a session, which are shown everywhere", async () => {
    const server = spawnServer();
    await server.initialize();
    const asId = { session_id: nameable[0], provider: "acme" };
    for (const [nth, given] of [asId, { provider: "acme", parent_session_id: nameable[1] }, { provider: `da${"pi"}0123456789abcdef0123456789abcdef` }].entries()) {
      server.send({ jsonrpc: "2.0", id: nth, method: "tools/call", params: { name: "start_session", arguments: given } });
      expect(JSON.stringify(await server.answer(nth))).toMatch(/"INVALID_ARGUMENT: \w+ looks like a secret/);
    }
    expect(leaksIn(said(server))).toEqual([]);
    expect(logPaths(server.home)).toEqual([]);
  });

  test("stand in no cursor", async () => {
    const { call } = await filled();
    for (const group_by of ["tool", "workspace", "model", "agent"]) {
      const answer = (await call("session_stats", { group_by, limit: 1 }))["result"] as { structuredContent: { next_cursor: string } };
      const { next_cursor } = answer.structuredContent;
      expect(leaksIn(Buffer.from(next_cursor, "base64url").toString())).toEqual([]);
      expect(await call("session_stats", { group_by, limit: 1, cursor: next_cursor })).not.toHaveProperty("result.isError");
    }
  });

  test("in paths leave neither by the report of import nor by its warnings", { timeout: 60_000 }, async () => {
    const home = tempDir();
    const codexHome = join(home, nameable[6] ?? "", "codex");
    const day = join(codexHome, "sessions", "2026", "01", "05");
    mkdirSync(day, { recursive: true });
    writeFileSync(join(day, "rollout-2026-01-05T10-00-00-0a0a0a0a-1111-4222-8333-444455556666.jsonl.zst"), "this is no archive");
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, [serverPath, "import", "--home", join(home, "logs"), ...args], { env: { PATH: process.env["PATH"] ?? "", HOME: home, CODEX_HOME: codexHome } }).catch(
        (error: { stdout: string; stderr: string }) => error,
      );
    for (const args of [["--json"], []]) {
      const { stdout, stderr } = await run(...args);
      expect(stdout).toContain("[secret:");
      expect(leaksIn(stdout + stderr)).toEqual([]);
    }
    expect((await run("--json", "--show-secrets")).stdout).toContain(nameable[6]);
  });
});
