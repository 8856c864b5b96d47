import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { LoggingMessageNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, test } from "vitest";
import { ClientLog, type LogLevel, type LogMessage } from "../../src/mcp/client-log.js";
import { connectServer, spawnServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

function openLog() {
  const sent: LogMessage[] = [];
  const failures: unknown[] = [];
  let nowMs = 0;
  const log = new ClientLog(
    (message) => {
      sent.push(message);
      return message.data === "break" ? Promise.reject(new Error("no")) : Promise.resolve();
    },
    { mask: (text) => text.replace("hunter2", "[secret:password]"), onError: (error) => void failures.push(error), now: () => nowMs },
  );
  return { log, sent, failures, pass: (ms: number) => void (nowMs += ms) };
}

/** The server makes it private, and tells that. */
function homeThatOthersCanRead(): string {
  const home = tempDir();
  mkdirSync(join(home, "logs"));
  chmodSync(home, 0o755);
  return home;
}

const levels: LogLevel[] = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

describe("the client's log", () => {
  test("says nothing before it is open and after it is closed", () => {
    const { log, sent } = openLog();
    log.tell("error", "too early");
    log.open();
    log.tell("error", "now");
    log.close();
    log.tell("error", "too late");
    expect(sent).toEqual([{ level: "error", logger: "session-log", data: "now" }]);
  });

  test("holds warnings and worse, until the client chooses another level", () => {
    const { log, sent } = openLog();
    log.open();
    const told = () => {
      sent.length = 0;
      for (const level of levels) log.tell(level, "x");
      return sent.map(({ level }) => level);
    };
    expect(told()).toEqual(["warning", "error", "critical", "alert", "emergency"]);
    log.setLevel("alert");
    expect(told()).toEqual(["alert", "emergency"]);
    log.setLevel("notice");
    log.setLevel("emergency");
    expect(told()).toEqual(["emergency"]);
  });

  test("is masked", () => {
    const { log, sent } = openLog();
    log.open();
    log.tell("warning", "/home/hunter2/x cannot be read");
    expect(sent[0]?.data).toBe("/home/[secret:password]/x cannot be read");
  });

  test("takes ten messages a minute, the last of which says where the others are", () => {
    const { log, sent, pass } = openLog();
    log.open();
    for (let nth = 0; nth < 50; nth++) log.tell("warning", `fault ${nth}`);
    expect(sent.map(({ data }) => data)).toEqual([...Array.from({ length: 9 }, (_, nth) => `fault ${nth}`), expect.stringContaining("stderr")]);
    pass(59_999);
    log.tell("warning", "still the same minute");
    expect(sent).toHaveLength(10);
    pass(1);
    log.tell("warning", "another minute");
    expect(sent.at(-1)?.data).toBe("another minute");
  });

  test("tells where sending fails", async () => {
    const { log, failures } = openLog();
    log.open();
    log.tell("warning", "break");
    await waitFor("the failure", () => failures.length === 1);
  });
});

describe("a client", () => {
  test("is told what stderr is told: a home that others could read", async () => {
    const home = homeThatOthersCanRead();
    const client = new Client({ name: "test", version: "1" });
    const told: unknown[] = [];
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void told.push(params));
    const { stderr } = await connectServer({ home, client });
    await waitFor("the message", () => told.length > 0);
    expect(told).toEqual([{ level: "warning", logger: "session-log", data: expect.stringContaining(home) }]);
    expect(stderr()).toContain(String((told[0] as LogMessage).data));
  });

  test("that wants only errors is told none of it", async () => {
    const home = homeThatOthersCanRead();
    const server = spawnServer({ home });
    await server.initialize();
    server.send({ jsonrpc: "2.0", id: 1, method: "logging/setLevel", params: { level: "error" } });
    server.send({ jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "list_sessions" } });
    await server.answer(2);
    expect(server.stderr()).toContain(home);
    expect(server.messages().filter(({ method }) => method === "notifications/message")).toEqual([]);
  });

  test("that asks for a level that there is not is told -32602", async () => {
    const server = spawnServer();
    await server.initialize();
    server.send({ jsonrpc: "2.0", id: 1, method: "logging/setLevel", params: { level: "loud" } });
    expect(await server.answer(1)).toMatchObject({ error: { code: -32602 } });
  });

  test("that has not finished its greeting is told nothing", async () => {
    const home = homeThatOthersCanRead();
    const server = spawnServer({ home });
    server.send({ jsonrpc: "2.0", id: "init", method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } } });
    await waitFor("the warning", () => server.stderr().includes(home));
    expect(server.messages().map(({ id }) => id)).toEqual(["init"]);
  });
});
