import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { SentSession } from "../../../src/ingest/import-helper.js";
import packageJson from "../../../package.json" with { type: "json" };
import { CheckpointDb } from "../../../src/ingest/checkpoint-db.js";
import { ForkedHelper, forkedHelp, type ForkedHelperOptions } from "../../../src/main/help/forked-helper.js";
import { serverPath } from "../../helpers/server.js";
import { tempDir } from "../../helpers/temp-dir.js";

const session: SentSession = { provider: "claude", nativeId: "none", main: [], parts: [], mtimeMs: 0 };

/** For a home with checkpoints. */
function optionsFor(script: string, onWarning: (message: string) => void = () => undefined): ForkedHelperOptions {
  const [home, scriptPath] = [tempDir(), script === serverPath ? script : join(tempDir(), "helper.mjs")];
  if (script !== serverPath) writeFileSync(scriptPath, script);
  const common = { home, exclude: [], readOnly: false, durable: false, showSecrets: false };
  const db = CheckpointDb.open(join(home, "import.sqlite"), { nowMs: Date.now(), onWarning });
  db.close();
  return { program: { scriptPath, execArgv: [], version: packageJson.version }, common, force: false, checkpointInode: db.inode, onWarning };
}

function started(options: ForkedHelperOptions): ForkedHelper {
  const helper = new ForkedHelper(options);
  onTestFinished(() => helper.close());
  return helper;
}

const open = (script: string, warnings: string[] = []): ForkedHelper => started(optionsFor(script, (message) => warnings.push(message)));

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

it("is of no help where it has other checkpoints, or is of another version", async () => {
  const options = optionsFor(serverPath);
  expect(await started({ ...options, checkpointInode: options.checkpointInode + 1 }).import(session)).toBeUndefined();
  expect(await started({ ...options, program: { ...options.program, version: "0.0.1" } }).import(session)).toBeUndefined();
  expect(await started(options).import(session)).toMatchObject({ events: 0 });
});

it("is none where no process can be started", () => {
  const options = optionsFor("");
  const { force, checkpointInode } = options;
  const tooLong = { ...options.program, version: "9".repeat(3 << 20) };
  expect(() => new ForkedHelper({ ...options, program: tooLong })).toThrow(expect.objectContaining({ syscall: "spawn" }));
  expect(forkedHelp({ ...options, program: tooLong })?.open({ force, checkpointInode })).toBeUndefined();
});

it("leaves its sessions to who asked where the process cannot be heard any more, and goes on", { timeout: 20_000 }, async () => {
  const helper = open(`process.on("message", ({ type }) => type === "session" && process.disconnect()); setInterval(() => undefined, 1000)`);
  expect(await helper.import(session)).toBeUndefined();
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
