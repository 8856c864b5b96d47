// A made-up history of Claude Code: transcripts in the shape of its version 2.1, the same for the same seed but for the folders they name.
// A session is about 200 records of 2 KB: prompts, replies of several records, tool calls with their results, now and then a sub-agent.
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const words = (
  "the importer keeps a checkpoint of each file and reads on from there when lines were appended since so that nothing is parsed twice " +
  "const state = await store.load(path) if (state === undefined) return fail('no state') für größere Läufe → siehe notes export function"
).split(" ");
const tools = ["Bash", "Read", "Edit", "Grep"];
const startMs = Date.UTC(2026, 0, 5, 8);

/** mulberry32. @returns Numbers from 0 up to 1. */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

class Transcript {
  lines = [];
  #parent = null;
  #ms;

  constructor(next, common) {
    this.next = next;
    this.common = common;
    this.#ms = startMs + Math.floor(next() * 2e10);
  }

  int(below) {
    return Math.floor(this.next() * below);
  }

  hex(length) {
    return Array.from({ length }, () => this.int(16).toString(16)).join("");
  }

  uuid() {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-8${this.hex(3)}-${this.hex(12)}`;
  }

  /** About that many characters, in lines; sizes are spread as those of real ones: many small, few large. */
  text(meanChars) {
    let text = "";
    const chars = Math.ceil(-Math.log(1 - this.next()) * meanChars);
    while (text.length < chars) text += words[this.int(words.length)] + (this.int(10) === 0 ? "\n" : " ");
    return text.slice(0, -1);
  }

  add(record) {
    const uuid = this.uuid();
    this.#ms += 200 + this.int(9000);
    this.lines.push(JSON.stringify({ parentUuid: this.#parent, ...record, uuid, timestamp: new Date(this.#ms).toISOString(), ...this.common }));
    this.#parent = uuid;
    return uuid;
  }

  prompt(text) {
    this.add({ type: "user", message: { role: "user", content: text }, promptId: this.uuid(), permissionMode: "default" });
  }

  /** One API reply: a record for each block. */
  reply(blocks) {
    const [input, created, read] = [this.int(3000), this.int(5000), this.int(90_000)];
    const usage = {
      input_tokens: input, cache_creation_input_tokens: created, cache_read_input_tokens: read, output_tokens: 20 + this.int(900),
      // The parts of what was created add up to it: some programs count the one, some the other.
      cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: created }, service_tier: "standard", iterations: [], speed: "standard",
    };
    const head = { id: `msg_${this.hex(20)}`, type: "message", role: "assistant", model: "claude-opus-5-5" };
    const requestId = `req_${this.hex(20)}`;
    return blocks.map((block) => this.add({ type: "assistant", message: { ...head, content: [block], stop_reason: null, stop_sequence: null, usage }, requestId }));
  }

  call(name, input) {
    const id = `toolu_${this.hex(24)}`;
    const blocks = [{ type: "text", text: this.text(250) }, { type: "tool_use", id, name, input }];
    if (this.int(3) === 0) blocks.unshift({ type: "thinking", thinking: this.text(600), signature: this.hex(300) });
    return { id, uuid: this.reply(blocks).at(-1) };
  }

  result({ id, uuid }, content, toolUseResult) {
    const block = { tool_use_id: id, type: "tool_result", content, ...(typeof toolUseResult === "string" && { is_error: true }) };
    this.add({ type: "user", message: { role: "user", content: [block] }, toolUseResult, sourceToolAssistantUUID: uuid });
  }

  tool() {
    const name = tools[this.int(tools.length)];
    const file_path = `${this.common.cwd}/src/part-${this.int(40)}.ts`;
    if (name === "Bash") return this.bash();
    if (name === "Edit") return this.edit(file_path);
    const content = this.text(name === "Read" ? 2600 : 900);
    const lines = content.split("\n").length;
    if (name === "Grep") return this.result(this.call("Grep", { pattern: this.text(12), output_mode: "content" }), content, { mode: "content", filenames: [], content, numLines: lines });
    const numbered = content.split("\n").map((line, nth) => `${nth + 1}\t${line}`).join("\n");
    return this.result(this.call("Read", { file_path }), numbered, { type: "text", file: { filePath: file_path, content, numLines: lines, startLine: 1, totalLines: lines } });
  }

  bash() {
    const call = this.call("Bash", { command: `npm test -- ${this.text(30)}`, description: this.text(30) });
    const stdout = this.text(1500);
    if (this.int(12) === 0) return this.result(call, `Exit code 1\n${stdout}`, `Error: Exit code 1\n${stdout}`);
    return this.result(call, stdout, { stdout, stderr: "", interrupted: false, isImage: false, noOutputExpected: false });
  }

  edit(filePath) {
    const [oldString, newString] = [this.text(250), this.text(300)];
    const patch = { oldStart: 12, oldLines: 4, newStart: 12, newLines: 5, lines: [` ${this.text(60)}`, `-${oldString}`, `+${newString}`] };
    const result = { filePath, oldString, newString, originalFile: this.text(3000), structuredPatch: [patch], userModified: false, replaceAll: false };
    this.result(this.call("Edit", { file_path: filePath, old_string: oldString, new_string: newString }), `The file ${filePath} has been updated.`, result);
  }

  turn(toolCalls) {
    this.prompt(this.text(220));
    for (let nth = 0; nth < toolCalls; nth += 1) this.tool();
    this.reply([{ type: "text", text: this.text(900) }]);
  }
}

function write(path, { lines }) {
  const text = `${lines.join("\n")}\n`;
  writeFileSync(path, text);
  // Written long ago: none of them is followed live.
  utimesSync(path, startMs / 1000, startMs / 1000);
  return { bytes: Buffer.byteLength(text), records: lines.length };
}

/** Folders to work in, each the root of a repository. */
function makeWorkFolders(base, count) {
  const folders = Array.from({ length: count }, (_, nth) => join(base, "work", `project-${nth}`));
  for (const folder of folders) mkdirSync(join(folder, ".git"), { recursive: true });
  return folders;
}

/**
 * Writes `sessions` transcripts below `<base>/<folder>/projects`, of work in `<base>/work`; every eighth with a sub-agent's.
 * @returns What was written: paths, bytes, records.
 */
export function writeCorpus(base, { sessions, projects = 20, seed = 1, folder: claudeFolder = "claude" }) {
  const workFolders = makeWorkFolders(base, projects);
  const made = { paths: [], bytes: 0, records: 0 };
  const keep = (path, transcript) => {
    const { bytes, records } = write(path, transcript);
    made.paths.push(path);
    made.bytes += bytes;
    made.records += records;
  };
  for (let nth = 0; nth < sessions; nth += 1) {
    const next = random(seed * 1_000_003 + nth);
    const cwd = workFolders[nth % projects];
    const folder = join(base, claudeFolder, "projects", cwd.replace(/[^A-Za-z0-9]/g, "-"));
    const main = new Transcript(next, { isSidechain: false, userType: "external", entrypoint: "cli", cwd, version: "2.1.112", gitBranch: "main" });
    const sessionId = main.uuid();
    main.common.sessionId = sessionId;
    mkdirSync(folder, { recursive: true });
    for (let turns = 3 + main.int(10); turns > 0; turns -= 1) main.turn(3 + main.int(6));
    if (nth % 8 === 0) keep(...subAgent(main, join(folder, sessionId, "subagents")));
    keep(join(folder, `${sessionId}.jsonl`), main);
  }
  return made;
}

function subAgent(main, folder) {
  const prompt = main.text(500);
  const call = main.call("Task", { description: "look around", prompt, subagent_type: "general-purpose" });
  const agentId = main.hex(17);
  const agent = new Transcript(main.next, { ...main.common, isSidechain: true, agentId });
  agent.prompt(prompt);
  for (let calls = 10 + main.int(20); calls > 0; calls -= 1) agent.tool();
  const content = [{ type: "text", text: agent.text(900) }];
  agent.reply(content);
  main.result(call, content, { status: "completed", agentId, prompt, content, totalDurationMs: 90_000, totalTokens: 12_000, totalToolUseCount: 12 });
  mkdirSync(folder, { recursive: true });
  return [join(folder, `agent-${agentId}.jsonl`), agent];
}
