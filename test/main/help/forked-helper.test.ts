import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { SentSession } from "../../../src/ingest/import-helper.js";
import { ForkedHelper } from "../../../src/main/help/forked-helper.js";
import { serverPath } from "../../helpers/server.js";
import { tempDir } from "../../helpers/temp-dir.js";

const session: SentSession = { provider: "claude", nativeId: "none", main: [], parts: [], mtimeMs: 0 };

function open(script: string, warnings: string[] = []): ForkedHelper {
  const scriptPath = script === serverPath ? script : join(tempDir(), "helper.mjs");
  if (script !== serverPath) writeFileSync(scriptPath, script);
  const common = { home: join(tempDir(), "home"), exclude: [], readOnly: false, durable: false, showSecrets: false };
  const helper = new ForkedHelper({ program: { scriptPath, execArgv: [] }, common, force: false, onWarning: (message) => warnings.push(message) });
  onTestFinished(() => helper.close());
  return helper;
}

/** What becomes of a session that is under way when the helper is closed. */
async function closedUnderWay(helper: ForkedHelper): Promise<unknown> {
  const [waiting] = await Promise.allSettled([helper.import(session), helper.close()]);
  return waiting;
}

const closed = { status: "rejected", reason: { code: "LOG_CLOSED" } };

it("answers each session in a process of its own, and is gone after `close()`", async () => {
  const helper = open(serverPath);
  const outcome = { events: 0, bytes: 0, created: false, failed: [] };
  expect(await Promise.all([helper.import(session), helper.import(session)])).toEqual([outcome, outcome]);
  await helper.close();
  await expect(helper.import(session)).rejects.toMatchObject({ code: "LOG_CLOSED" });
});

it.each([
  ["ends at once", "process.exit(3)"],
  ["ends at a session", `process.on("message", ({ type }) => type === "session" && process.exit(0))`],
  ["fails to run", "throw new Error('broken')"],
])("leaves its sessions to who asked where the process %s", async (_, script) => {
  const helper = open(script);
  expect(await Promise.all([helper.import(session), helper.import(session)])).toEqual([undefined, undefined]);
  expect(await helper.import(session)).toBeUndefined();
});

it("leaves its sessions to who asked where it cannot read them", async () => {
  const helper = open(serverPath);
  const lost = { dir: "/nowhere", file: { path: "/nowhere/x.jsonl" }, stat: {}, isDue: true } as unknown as SentSession["main"][number];
  expect(await helper.import({ ...session, main: [lost] })).toBeUndefined();
});

it("`close()` ends what is under way with LOG_CLOSED", async () => {
  const helper = open(`process.on("message", ({ type }) => type === "close" && process.disconnect())`);
  expect(await closedUnderWay(helper)).toMatchObject(closed);
});

it("`close()` kills a process that does not end", { timeout: 20_000 }, async () => {
  const helper = open(`process.on("message", () => undefined); setInterval(() => undefined, 1000)`);
  expect(await closedUnderWay(helper)).toMatchObject(closed);
});

it("passes on what a person is to be told", async () => {
  const warnings: string[] = [];
  const helper = open(
    `process.on("message", ({ type, nth }) => {
       if (type !== "session") return;
       process.send({ type: "warning", message: "look here" });
       process.send({ type: "outcome", nth, outcome: { events: 7, bytes: 0, created: true, failed: [] } });
     });
     process.on("message", ({ type }) => type === "close" && process.disconnect());`,
    warnings,
  );
  expect(await helper.import(session)).toMatchObject({ events: 7 });
  expect(warnings).toEqual(["look here"]);
});
