import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { gemini } from "../../../src/providers/gemini/gemini.js";
import type { Companions } from "../../../src/providers/provider.js";

const session = "0a1b2c3d-4e5f-4061-8071-2a3b4c5d6e7f";
const agent = "9c9c9c9c-0000-4000-8000-000000000009";
const at = (variables: Record<string, string>) => gemini.roots({ homeDir: "/home/me", variables, platform: "linux" });

describe("gemini.roots()", () => {
  test("lies in the home, or in the one that GEMINI_CLI_HOME names", () => {
    expect(at({})).toEqual(["/home/me/.gemini"]);
    expect(at({ GEMINI_CLI_HOME: "/other" })).toEqual(["/other/.gemini"]);
    expect(at({ GEMINI_CLI_HOME: "" })).toEqual(["/home/me/.gemini"]);
    expect(at({ GEMINI_CLI_HOME: "relative" })).toEqual(["/home/me/.gemini"]);
  });
});

describe("gemini.classify()", () => {
  test.each([
    ["tmp/harbour/chats/session-2026-03-02T09-00-0a1b2c3d.jsonl", { role: "main", nativeSessionId: "", format: "lines" }],
    ["tmp/harbour/chats/session-2026-03-02T09-00-1-0a1b2c3d.jsonl", { role: "main", nativeSessionId: "", format: "lines" }],
    [`tmp/${"ab".repeat(32)}/chats/session-2026-03-02T09-00-0a1b2c3d.json`, { role: "main", nativeSessionId: "", format: "document" }],
    [`tmp/harbour/chats/${session}/${agent}.jsonl`, { role: "agent", nativeSessionId: session, agentId: agent, format: "lines" }],
    [`tmp/harbour/chats/${session}/${agent}.json`, { role: "agent", nativeSessionId: session, agentId: agent, format: "document" }],
  ])("knows %s", (path, wanted) => {
    expect(gemini.classify("/r", path)).toMatchObject({ ...wanted, path: `/r/${path}`, provider: "gemini" });
  });

  test.each([
    "tmp/harbour/logs.json",
    "tmp/harbour/chats/session-2026-03-02T09-00-0a1b2c3d.jsonl.tmp-4711",
    "tmp/harbour/chats/session-2026-03-02T09-00-0a1b2c3d.jsonl.unreadable-1772442000000",
    "tmp/harbour/chats/notes.json",
    `tmp/harbour/chats/${session}/deep/${agent}.jsonl`,
    "tmp/harbour/checkpoint-x.json",
    "tmp/harbour/tool-outputs/session-x/y.txt",
    "tmp/harbour/logs/session-x.jsonl",
    "tmp/../chats/session-x.jsonl",
    "tmp/harbour/chats/../session-x.json",
    "settings.json",
    "oauth_creds.json",
    "projects.json",
  ])("leaves %s alone", (path) => {
    expect(gemini.classify("/r", path)).toBeUndefined();
  });

  test("enters the folders of chats and of sub-agents, and no other", () => {
    const entered = ["tmp", "tmp/harbour", "tmp/harbour/chats", `tmp/harbour/chats/${session}`];
    expect(entered.map((path) => gemini.entersFolder?.(path))).toEqual(entered.map(() => true));
    const others = ["history", "tmp/harbour/tool-outputs", "tmp/harbour/logs", `tmp/harbour/${session}`, `tmp/harbour/chats/${session}/deep`, "tmp/..", ""];
    expect(others.map((path) => gemini.entersFolder?.(path))).toEqual(others.map(() => false));
  });

  test("takes logs.json of a project for a side file, and nothing else", () => {
    expect(gemini.classifySide?.("/r", "tmp/harbour/logs.json")).toMatchObject({ path: "/r/tmp/harbour/logs.json", reads: { as: "text" } });
    for (const path of ["logs.json", "tmp/logs.json", "tmp/harbour/logs.json.bak", "tmp/../logs.json"]) expect(gemini.classifySide?.("/r", path)).toBeUndefined();
  });
});

const folder = "/w/harbour";
const hash = createHash("sha256").update(folder).digest("hex");
const header = { sessionId: session, projectHash: hash, startTime: "2026-03-02T09:00:00.000Z", lastUpdated: "2026-03-02T09:00:00.000Z" };
const context = `<session_context>\n- **Workspace Directories:**\n  - /w/of \\"context\\"\n- **Directory Structure:**`.replaceAll("\\", "");

function head(records: readonly object[], { project = "harbour", companions = {}, cutAt }: { project?: string; companions?: Companions; cutAt?: number } = {}) {
  const file = gemini.classify("/r", `tmp/${project}/chats/session-2026-03-02T09-00-0a1b2c3d.jsonl`);
  const bytes = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  if (!file) throw new Error("No chat");
  return gemini.head(bytes.subarray(0, cutAt), file, companions);
}

describe("gemini.head()", () => {
  test("says whose the file is, and since when", () => {
    expect(head([header])).toEqual({ continues: false, startedAt: header.startTime, nativeSessionId: session });
    expect(head([{ ...header, sessionId: "a2a-server" }]).nativeSessionId).toBe(`a2a-server@${header.startTime}`);
    expect(head([{ id: "x", type: "user", content: "no header yet", sessionId: "not one" }])).toEqual({ continues: false });
    expect(head([{ ...header, startTime: "soon" }])).toEqual({ continues: false, nativeSessionId: session });
  });

  test("finds the folder beside the chats, best witness first", () => {
    const projects = JSON.stringify({ projects: { "/w/registered": "harbour", [folder]: "elsewhere" } });
    const all = { projectRoot: "/w/marked\n", historyRoot: "/w/history", projects };
    expect(head([header], { companions: all }).cwd).toBe("/w/marked");
    expect(head([header], { companions: { ...all, projectRoot: " " } }).cwd).toBe("/w/history");
    expect(head([header], { companions: { projects } }).cwd).toBe("/w/registered");
    expect(head([header], { companions: { projects: projects.slice(5) } }).cwd).toBeUndefined();
    expect(head([header], { companions: { projects }, project: hash }).cwd).toBe(folder);
  });

  test("finds the folder in the conversation where nothing beside it tells", () => {
    const set = { $set: { messages: [{ id: "x", type: "user", content: [{ text: context }] }] } };
    expect(head([{ ...header, directories: ["/w/listed", "/w/more"] }, set]).cwd).toBe("/w/listed");
    expect(head([header, set]).cwd).toBe('/w/of "context"');
    expect(head([header, set], { cutAt: JSON.stringify(header).length + 1 + JSON.stringify(set).length - 20 }).cwd).toBe('/w/of "context"');
  });

  test("reads the head of documents, and of a sub-agent's file", () => {
    const document = gemini.classify("/r", "tmp/harbour/chats/session-2026-03-02T09-00-0a1b2c3d.json");
    const part = gemini.classify("/r", `tmp/harbour/chats/${session}/${agent}.jsonl`);
    if (!document || !part) throw new Error("No chat");
    const text = JSON.stringify({ ...header, messages: [{ type: "user", content: context }] }, null, 2);
    expect(gemini.head(Buffer.from(text), document, {})).toMatchObject({ nativeSessionId: session, cwd: '/w/of "context"' });
    expect(gemini.head(Buffer.from(text.slice(0, 40)), document, {})).toEqual({ continues: false });
    expect(gemini.head(Buffer.from(`${JSON.stringify({ ...header, sessionId: agent })}\n`), part, { projectRoot: folder })).toEqual({
      continues: false,
      startedAt: header.startTime,
      cwd: folder,
    });
  });

  test("finds the session of a conversation in a journal's place that is longer than what is looked at", () => {
    const message = { id: "x", type: "user", content: `{"sessionId":"typed"} ${"long ".repeat(20_000)}` };
    const cutAt = 64 * 1024;
    const wanted = { continues: false, startedAt: header.startTime, nativeSessionId: session };
    expect(head([{ ...header, messages: [message] }], { cutAt })).toEqual(wanted);
    const file = gemini.classify("/r", "tmp/harbour/chats/session-2026-03-02T09-00-0a1b2c3d.jsonl");
    const pretty = Buffer.from(JSON.stringify({ ...header, messages: [message] }, null, 2)).subarray(0, cutAt);
    expect(file && gemini.head(pretty, file, {})).toEqual(wanted);
    expect(head([message], { cutAt })).toEqual({ continues: false });
    expect(head([{ messages: [message], ...header }], { cutAt })).toEqual({ continues: false });
  });
});
