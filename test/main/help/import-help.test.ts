import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hasSystemCode } from "../../../src/errors.js";
import { loadGlobalIndex } from "../../../src/log/global-index.js";
import { startCommand } from "../../helpers/command.js";
import { homeProblems } from "../../helpers/home-check.js";
import { logPaths, readLogs } from "../../helpers/logged.js";
import { tempDir } from "../../helpers/temp-dir.js";
import { waitFor } from "../../helpers/wait-for.js";
import { answerLine, promptLine, sessionPath, uuidOf, writeLines } from "../../ingest/claude-lines.js";

const sessions = 36;
const turns = 400;

/** More than is read without help. */
function writeHistory(userHome: string): void {
  const filler = "lorem ipsum dolor sit amet ".repeat(100);
  for (let nth = 0; nth < sessions; nth += 1) {
    const sessionId = uuidOf(1_000_000 + nth);
    const lines = Array.from({ length: turns }, (_, turn) => {
      const number = nth * 1000 + turn * 2;
      return promptLine(number, `question ${number}`, { sessionId, ...(turn > 0 && { parent: number - 1 }) }) + answerLine(number + 1, `${filler}${number}`, { sessionId, parent: number });
    });
    writeLines(sessionPath(join(userHome, ".claude"), sessionId), ...lines);
  }
}

const childrenOf = (pid: number | undefined): number[] => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);

/** An import that runs, with the process that helps it. */
async function startImport(userHome: string, home: string) {
  const running = startCommand(["import", "--json", "--home", home], { cwd: userHome });
  let helper = 0;
  await waitFor("a helper", () => {
    [helper = 0] = childrenOf(running.child.pid);
    return helper > 0;
  });
  return { ...running, helper };
}

function expectWhole(home: string): void {
  const counts = [...readLogs(home).values()].map((events) => events.filter(({ type }) => type === "user_message" || type === "assistant_message").length);
  expect(counts).toEqual(Array.from({ length: sessions }, () => turns * 2));
  expect(homeProblems(home)).toEqual([]);
  expect(loadGlobalIndex(home).sessions).toHaveLength(sessions);
}

const isGone = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ESRCH")) return true;
    throw error;
  }
};

// The children of a process are told by Linux alone.
it.runIf(process.platform === "linux")("a large import is helped, also by a helper that is killed, and leaves none behind", { timeout: 120_000 }, async () => {
  const userHome = tempDir();
  writeHistory(userHome);
  const helped = join(tempDir(), "home");
  const whole = await startImport(userHome, helped);
  expect(await whole.ended).toMatchObject({ code: 0, err: "" });
  expect(JSON.parse(whole.said.out)).toMatchObject({ imported: sessions, failed: [] });
  expect(isGone(whole.helper)).toBe(true);
  expectWhole(helped);

  const left = join(tempDir(), "home");
  const alone = await startImport(userHome, left);
  await waitFor("the first logs", () => logPaths(left).length > 2);
  process.kill(alone.helper, "SIGKILL");
  expect(await alone.ended).toMatchObject({ code: 0, err: "" });
  const { imported, updated, failed } = JSON.parse(alone.said.out) as { imported: number; updated: number; failed: unknown[] };
  // The log that the helper was killed at is there already.
  expect([imported + updated, failed]).toEqual([sessions, []]);
  expectWhole(left);
});

it.runIf(process.platform === "linux").each(["SIGINT", "SIGKILL"] as const)("an import that %s ends takes its helper along, and the next one goes on", { timeout: 120_000 }, async (signal) => {
  const userHome = tempDir();
  writeHistory(userHome);
  const home = join(tempDir(), "home");
  const { child, helper, ended } = await startImport(userHome, home);
  await waitFor("the first logs", () => logPaths(home).length > 2);
  child.kill(signal);
  await ended;
  await waitFor("the end of the helper", () => isGone(helper));
  const next = startCommand(["import", "--json", "--home", home], { cwd: userHome });
  expect(await next.ended).toMatchObject({ code: 0 });
  expectWhole(home);
});
