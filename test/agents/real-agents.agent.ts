import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { instructionsFor } from "../../src/mcp/instructions.js";
import { tools } from "../../src/mcp/tools/catalogue.js";
import { connectServer, serverPath } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import type { Agent } from "./agent.js";
import { claudeCode } from "./agents/claude-code.js";
import { codex } from "./agents/codex.js";
import { copilotCli } from "./agents/copilot-cli.js";
import { geminiCli } from "./agents/gemini-cli.js";
import { expectErrors, expectHistory, expectItself, expectWholeLog } from "./expectations.js";
import { findAgent } from "./find-agent.js";
import { answeredTools, answerTexts, ownLog, userTexts } from "./own-log.js";
import { plantSession, planted } from "./planted-session.js";
import { type AgentRun, runAgent, setUp, versionOf } from "./run-agent.js";
import { lastAnswer, type Part, partsFor, prompt, stepsOf } from "./script.js";
import { scriptedModel, type ScriptedModel, type Step } from "./scripted-model.js";
import { keepTranscript, type Transcript } from "./transcript.js";

const instructions = instructionsFor(tools.map(({ name }) => name));

/** A user's home with the planted session, the agent's workspace, and where the logs of that home lie. */
function plantedFolders(): { home: string; workspace: string; logHome: string } {
  const home = tempDir();
  const workspace = join(tempDir(), "harbour");
  mkdirSync(workspace);
  plantSession(home, workspace);
  return { home, workspace, logHome: join(home, ".session-log") };
}

interface Played {
  model: ScriptedModel;
  run: AgentRun;
  /** All that the agent wrote, for messages. */
  output: string;
}

/** Lets the agent do what its user typed, with a model that plays the steps. */
async function play(agent: Agent, path: string, { folders, typed, steps }: { folders: { home: string; workspace: string }; typed: string; steps: readonly Step[] }): Promise<Played> {
  // The last word stands in what the model is told, be it typed or said by a prompt.
  const model = await scriptedModel(agent.wire, { prompt: typed.split(" ").at(-1) ?? "", steps });
  const place = { ...folders, baseUrl: model.baseUrl };
  setUp(agent, place);
  const run = await runAgent(agent, place, { path, prompt: typed });
  return { model, run, output: `exit code ${String(run.code)}\n${run.stdout}\n${run.stderr}` };
}

/** Waits until the log holds what the agent has said and done so far, while the agent waits for its model. */
async function untilLogged(logHome: string, done: readonly Part[]): Promise<void> {
  await waitFor(
    `the log of ${done.map(({ name }) => name).join(", ")}`,
    () => {
      const events = ownLog(logHome, prompt)?.events ?? [];
      return userTexts(events).includes(prompt) && answerTexts(events).length >= done.length && answeredTools(events).length >= done.length;
    },
    { everyMs: 50 },
  );
}

function importAll(home: string): void {
  execFileSync(process.execPath, [serverPath, "import"], { env: { PATH: process.env["PATH"] ?? "", HOME: home }, stdio: "ignore" });
}

function keep(name: string, agent: Agent, told: Omit<Transcript, "title" | "instructions">): void {
  console.log(`${agent.title}: ${keepTranscript(name, { title: agent.title, instructions, ...told })}`);
}

describe.each([claudeCode, codex, geminiCli, copilotCli])("$title", (agent) => {
  const path = findAgent(agent) ?? "";

  test.skipIf(path === "")("asks for its history, finds itself, and is logged while it runs", async () => {
    const folders = plantedFolders();
    const { home, logHome } = folders;
    const parts = partsFor(agent);
    const steps = stepsOf(parts, async (name) => {
      if (name === "list") await untilLogged(logHome, parts.slice(0, parts.findIndex((part) => part.name === name)));
      if (name === "answer") await untilLogged(logHome, parts);
    });
    const { model, run, output } = await play(agent, path, { folders, typed: prompt, steps });
    keep(agent.command, agent, { version: versionOf(path, folders), model, output });

    expect(model.failures, output).toEqual([]);
    expect(run.code, output).toBe(0);
    const shown = model.asked.at(-1);
    expect(shown?.tools).toEqual(expect.arrayContaining(tools.map(({ name }) => agent.toolName(name))));
    expect(shown?.instructions.includes(instructions)).toBe(agent.showsInstructions);
    const results = new Map(parts.map(({ name }, nth) => [name, shown?.results[nth] ?? ""]));
    const ownId = ownLog(logHome, prompt)?.id ?? "";
    expectHistory(agent, results, ownId);
    expectItself(agent, results, ownId);
    expectErrors(results);

    importAll(home);
    expectWholeLog(agent, parts, logHome);
    const { call } = await connectServer({ home: logHome, userHome: home });
    const { sessions } = await call("list_sessions", { provider: agent.command });
    expect(sessions).toContainEqual(expect.objectContaining({ session_id: ownId, status: agent.statusAfter }));
    importAll(home);
    expectWholeLog(agent, parts, logHome);
  });

  test.skipIf(path === "" || !agent.promptCommand)("brings its user a prompt of the server with the excerpts in it", async () => {
    const folders = plantedFolders();
    const typed = agent.promptCommand?.("recall", planted.rareWord) ?? "";
    const { model, run, output } = await play(agent, path, { folders, typed, steps: [() => ({ text: lastAnswer })] });
    const [told = ""] = model.asked.map((shown) => shown.instructions);
    const said = told.slice(told.indexOf("Tell what the earlier sessions"));
    keep(`${agent.command}-prompt`, agent, { version: versionOf(path, folders), model, prompt: said, output });

    expect(run.code, output).toBe(0);
    expect(said).toMatch(/^Tell what the earlier sessions/);
    expect(said).toContain(`${planted.id.slice(0, 8)}#35`);
    expect(said).toContain(`${planted.rareWord}, der Pegel stand bei 417 cm.`);
  });
});
