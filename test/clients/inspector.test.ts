import { describe, expect, test } from "vitest";
import { tools } from "../../src/mcp/tools/catalogue.js";
import { newerClientsThere, type Outcome, runClient } from "./newer-clients.js";
import { importedId, plantedServer, startedId } from "./planted-home.js";

type Json = Record<string, unknown>;

/** What the Inspector makes of one request; each has a server of its own. */
type Inspect = (method: string, ...options: string[]) => Promise<{ result: Json } & Outcome>;

async function inspector(): Promise<Inspect> {
  const server = await plantedServer();
  return async (method, ...options) => {
    const outcome = await runClient("mcp-inspector", ["--cli", ...server, "--method", method, ...options, "--format", "json"]);
    return { ...outcome, result: outcome.stdout === "" ? {} : ((JSON.parse(outcome.stdout) as { result: Json }).result) };
  };
}

function callOptions(name: string, toolArguments: Json): string[] {
  return ["--tool-name", name, "--tool-args-json", JSON.stringify(toolArguments)];
}

function errorOf({ stderr }: Outcome): unknown {
  return (JSON.parse(stderr) as { error: unknown }).error;
}

describe.skipIf(!newerClientsThere())("the MCP Inspector", () => {
  test("finds no fault in the tools in its strict mode", async () => {
    const inspect = await inspector();
    const { code, stderr, result } = await inspect("tools/list", "--strict");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect((result["tools"] as Json[]).map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
  });

  test("lists what the server declares, and nothing else", async () => {
    const inspect = await inspector();
    const { capabilities } = (await inspect("initialize")).result as { capabilities: Json };
    for (const [list, capability] of [["tools", "tools"], ["resources", "resources"], ["resourceTemplates", "resources"], ["prompts", "prompts"]] as const) {
      const { code, result } = await inspect(list === "resourceTemplates" ? "resources/templates/list" : `${list}/list`);
      expect({ list, code, some: (result[list] as Json[]).length > 0 }).toEqual({ list, code: 0, some: capability in capabilities });
    }
  });

  test("reads each resource that is listed, and one of a template", async () => {
    const inspect = await inspector();
    const resources = (await inspect("resources/list")).result["resources"] as { uri: string; mimeType: string }[];
    const events = `session-log:///sessions/${importedId}/events.jsonl`;
    expect(resources.map(({ uri }) => uri)).toContain(events);
    for (const { uri, mimeType } of [...resources, { uri: events.replace("events.jsonl", "transcript.md"), mimeType: "text/markdown" }]) {
      const text = expect.stringContaining(uri.includes(importedId) ? "hello" : "");
      expect(await inspect("resources/read", "--uri", uri)).toMatchObject({ code: 0, result: { contents: [{ uri, mimeType, text }] } });
    }
  });

  test("gets each prompt that is listed", async () => {
    const inspect = await inspector();
    const prompts = (await inspect("prompts/list")).result["prompts"] as { name: string; arguments?: { name: string; required?: boolean }[] }[];
    const values: Record<string, string> = { topic: "hello", session: importedId, since: "2026-01-01", workspace: "/w" };
    for (const { name, arguments: known = [] } of prompts) {
      const pairs = known.map((argument) => `${argument.name}=${values[argument.name] ?? ""}`);
      const { code, result } = await inspect("prompts/get", "--prompt-name", name, ...(pairs.length > 0 ? ["--prompt-args", ...pairs] : []));
      expect({ name, code, some: (result["messages"] as Json[]).length > 0 }).toEqual({ name, code: 0, some: true });
    }
  });

  test("calls tools, and shows a result's text and structure as the same", async () => {
    const inspect = await inspector();
    for (const [name, toolArguments, answer] of [
      ["search_sessions", { query: "hello" }, { hits: [{ session_id: importedId.slice(0, 8) }] }],
      ["read_session", { session_id: importedId }, { events: [{ type: "session_started" }, { text: "hello" }, { text: "hi" }] }],
      ["list_sessions", { provider: "claude" }, { sessions: [{ session_id: importedId }], total: 1 }],
      ["session_stats", {}, { totals: { sessions: 2 } }],
    ] as const) {
      const { code, result } = await inspect("tools/call", ...callOptions(name, toolArguments));
      expect({ name, code }).toEqual({ name, code: 0 });
      expect(result["structuredContent"]).toMatchObject(answer);
      expect(result["content"]).toEqual([{ type: "text", text: JSON.stringify(result["structuredContent"]) }]);
    }
  });

  test("shows what went wrong", async () => {
    const inspect = await inspector();
    const unknownSession = await inspect("tools/call", ...callOptions("read_session", { session_id: "nowhere" }));
    expect(unknownSession).toMatchObject({ code: 5, result: { isError: true, content: [{ text: expect.stringMatching(/^SESSION_NOT_FOUND: /) }] } });
    const wrongArgument = await inspect("tools/call", ...callOptions("list_sessions", { colour: "red" }));
    expect(wrongArgument).toMatchObject({ code: 5, result: { content: [{ text: expect.stringMatching(/^INVALID_ARGUMENT: Unknown argument "colour"/) }] } });
    const unknownResource = await inspect("resources/read", "--uri", "session-log:///nothing");
    expect(unknownResource.code).toBe(1);
    expect(errorOf(unknownResource)).toMatchObject({ message: expect.stringContaining("Resource not found") });
  });

  test("under load gets every answer, and each write is in the log once", async () => {
    const inspect = await inspector();
    const load = async (name: string, toolArguments: Json): Promise<void> => {
      const options = ["--load", "--load-requests", "1000", "--load-concurrency", "16"];
      const { code, result } = await inspect("tools/call", ...callOptions(name, toolArguments), ...options);
      expect({ name, code }).toEqual({ name, code: 0 });
      expect(result).toMatchObject({ requests: 1000, ok: 1000, toolErrors: 0, errors: 0 });
      const { p50, p99 } = result["latencyMs"] as { p50: number; p99: number };
      console.log(`Inspector, 1000 calls of ${name}, 16 in flight: ${String(result["throughput"])} calls a second, p50 ${p50} ms, p99 ${p99} ms`);
    };
    await load("list_sessions", {});
    await load("search_sessions", { query: "hello" });
    await load("emit_event", { session_id: startedId, message: "under load" });
    expect((await seqOfEvent(inspect, "end")) - (await seqOfEvent(inspect, "start"))).toBe(999);
  });
});

/** The number of the first or last event that the load wrote. */
async function seqOfEvent(inspect: Inspect, from: "start" | "end"): Promise<number> {
  const { result } = await inspect("tools/call", ...callOptions("read_session", { session_id: startedId, types: ["user_event"], from, limit: 1 }));
  const { events } = result["structuredContent"] as { events: { seq: number }[] };
  return events[0]?.seq ?? Number.NaN;
}
