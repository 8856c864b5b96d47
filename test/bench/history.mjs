// A made-up history of logs in a home, the same for the same seed: what an import of it would have left, without the import.
// A session is about 200 events of 2 KB on the average: prompts, answers, reasoning, tool calls with their results, usage, sub-agents; needles are planted in them.
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serializeEvent } from "../../dist/index.js";
import { random, words as commonWords } from "./corpus.mjs";
import { needles } from "./needles.mjs";

const startMs = Date.UTC(2026, 0, 5, 8);
const spreadMs = 2e10;
const sessionBytes = 400_000;
const projects = 20;
const models = ["claude-opus-5-5", "claude-sonnet-5", "gpt-6-codex"];
const providers = ["claude", "claude", "codex", "gemini"];
/** What stands between sentences: as much of it as in code and in the output of tools. */
const breaks = [" ", " ", "\n", "\n\n", " });\n    ", "\n------------\n", ' => {\n        "', " | "];
const syllables = "ba co di fe gu la me ni po ru sa te vi wo za ker lin mon par sil tor ven".split(" ");

/** Sentences of words of which few are frequent and many are rare, as in any language (Zipf). */
function makeSentences(next, count) {
  const vocabulary = [...new Set(commonWords)];
  while (vocabulary.length < 40_000) vocabulary.push(Array.from({ length: 2 + Math.floor(next() * 3) }, () => syllables[Math.floor(next() * syllables.length)]).join(""));
  const word = () => vocabulary[Math.floor(vocabulary.length ** next()) - 1] ?? vocabulary[0];
  const sentence = (nth) => {
    if (nth % 400 === 0) return "検査と引用の検討、索敵。";
    return `${Array.from({ length: 6 + Math.floor(next() * 10) }, word).join(" ")}.`;
  };
  return Array.from({ length: count }, (_, nth) => sentence(nth));
}

class Session {
  kinds = [];
  bytes = 0;

  constructor(next, sentences) {
    this.next = next;
    this.sentences = sentences;
    this.calls = 0;
    /** What the session is about: said again and again. */
    this.topic = Array.from({ length: 60 }, () => this.sentence());
  }

  sentence() {
    return this.sentences[this.int(this.sentences.length)];
  }

  int(below) {
    return Math.floor(this.next() * below);
  }

  /** About that many characters; sizes are spread as those of real ones: many small, few large. Now and then an id that is nowhere else. */
  text(meanChars) {
    let text = "";
    const chars = Math.ceil(-Math.log(1 - this.next()) * meanChars);
    while (text.length < chars) {
      text += this.int(10) < 7 ? this.topic[this.int(this.topic.length)] : this.sentence();
      text += breaks[this.int(breaks.length)];
      if (this.int(12) === 0) text += `${this.int(2 ** 31).toString(16)}:${this.int(900)}\n`;
    }
    return text.slice(0, -1);
  }

  add(kind) {
    this.kinds.push(kind);
    this.bytes += 300 + (kind.content ?? kind.output ?? "").length;
  }

  tool(extras) {
    const tool_id = `call-${(this.calls += 1)}`;
    const [tool_name, input, chars] = [
      ["Bash", { command: `npm test -- ${this.text(30)}`, description: this.text(30) }, 6500],
      ["Read", { file_path: `/work/project/src/part-${this.int(40)}.ts` }, 11_000],
      ["Edit", { file_path: `/work/project/src/part-${this.int(40)}.ts`, old_string: this.text(250), new_string: this.text(300) }, 60],
      ["Grep", { pattern: this.text(12), output_mode: "content" }, 4000],
    ][this.int(4)];
    const failed = this.int(12) === 0;
    this.add({ type: "tool_call", tool_name, tool_id, input, ...extras });
    const output = this.text(chars);
    this.add({ type: "tool_result", tool_name, tool_id, success: !failed, output, error: failed ? "Exit code 1" : null, data: { exit_code: Number(failed) }, ...extras });
  }

  turn() {
    const extras = this.int(8) === 0 ? { agent_id: `a${this.int(3)}` } : {};
    this.add({ type: "user_message", role: "user", content: this.text(220), message_id: null, ...extras });
    for (let calls = 3 + this.int(6); calls > 0; calls -= 1) {
      if (this.int(2) === 0) this.add({ type: "reasoning", content: this.text(900), message_id: null, ...extras });
      if (this.int(2) === 0) this.add({ type: "assistant_message", content: this.text(250), message_id: null, ...extras });
      this.tool(extras);
      const [input_tokens, output_tokens, cache_read_tokens] = [this.int(3000), 20 + this.int(900), this.int(90_000)];
      this.add({ type: "usage", input_tokens, output_tokens, cache_read_tokens, model: models[this.int(models.length)], ...extras });
    }
    this.add({ type: "assistant_message", content: this.text(900), message_id: null, ...extras });
  }

  /** Puts a needle's events somewhere after the first. @returns The event that is to be found. */
  plant({ events, at = 0 }, nth) {
    const planted = events((chars) => this.text(chars), nth);
    this.kinds.splice(1 + this.int(this.kinds.length), 0, ...planted);
    return planted[at];
  }
}

/** Which needles lie in which session: spread evenly, each at its own distance. */
function plantings(sessions) {
  const bySession = Array.from({ length: sessions }, () => []);
  for (const needle of needles) {
    const places = needle.places ?? needle.count;
    for (let nth = 0; nth < places; nth += 1) bySession[Math.floor(((nth + 0.5) * sessions) / places) % sessions].push({ needle, nth });
  }
  return bySession;
}

/** The lines of a session, and what of them is asked for later. */
function writeSession(folder, { id, provider, session, wanted, made }) {
  let ms = startMs + Math.floor(session.next() * spreadMs);
  const head = { provider, wrapper_session_id: id, provider_session_id: id, source_kind: "backfill", completeness: "full" };
  const lines = session.kinds.map((kind, seq) => {
    ms += 200 + session.int(9000);
    const event = { seq, ts: new Date(ms).toISOString(), ...head, ...kind, origin: `${id.slice(0, 8)}${seq}/0` };
    if (wanted.has(kind)) made.places.get(wanted.get(kind)).add(`${id}/${seq}`);
    if (kind.type === "usage") addUsage(made.usageByDay, event);
    return serializeEvent(event);
  });
  const path = join(folder, `${id}.jsonl`);
  const text = Buffer.from(`${lines.join("\n")}\n`);
  writeFileSync(path, text);
  utimesSync(path, ms / 1000, ms / 1000);
  made.paths.push(path);
  made.bytes += text.length;
  made.records += lines.length;
}

function addUsage(byDay, { ts, input_tokens, output_tokens, cache_read_tokens }) {
  const day = byDay.get(ts.slice(0, 10)) ?? { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0 };
  day.inputTokens += input_tokens;
  day.outputTokens += output_tokens;
  day.cacheReadTokens += cache_read_tokens;
  byDay.set(ts.slice(0, 10), day);
}

const uuid = (next) => "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, () => Math.floor(next() * 16).toString(16));

/**
 * Writes about so many megabytes of logs into a home.
 * @returns Paths, bytes and records; `places`: `session/seq` of each needle by its name; `usageByDay`: tokens by UTC day.
 */
export function writeHistory(home, { megabytes, seed = 1 }) {
  const count = Math.max(10, Math.round((megabytes * 1e6) / sessionBytes));
  const sentences = makeSentences(random(seed), 20_000);
  const made = { paths: [], bytes: 0, records: 0, places: new Map(needles.map(({ name }) => [name, new Set()])), usageByDay: new Map() };
  for (const [nth, planted] of plantings(count).entries()) {
    const next = random(seed * 1_000_003 + nth);
    const session = new Session(next, sentences);
    const cwd = `/work/project-${nth % projects}`;
    const folder = join(home, "projects", `work-project-${nth % projects}`, "logs", "sessions");
    mkdirSync(folder, { recursive: true });
    session.add({ type: "session_started", command: "cli", model: models[nth % models.length], cwd, resumed: false, backfilled: true, title: session.text(30) });
    for (const mostBytes = sessionBytes * (0.3 + 1.3 * next()); session.bytes < mostBytes; ) session.turn();
    const wanted = new Map();
    for (const { needle, nth: place } of planted) wanted.set(session.plant(needle, place), needle.name);
    writeSession(folder, { id: uuid(next), provider: providers[nth % providers.length], session, wanted, made });
  }
  return made;
}

/** Writes sessions of three events each, spread over workspaces, providers and days. */
export function writeShortSessions(home, { sessions, projects: folders = 50, seed = 2 }) {
  const next = random(seed);
  for (let nth = 0; nth < sessions; nth += 1) {
    const project = `project-${nth % folders}`;
    const folder = join(home, "projects", `work-${project}`, "logs", "sessions");
    if (nth < folders) mkdirSync(folder, { recursive: true });
    const [id, ms] = [uuid(next), startMs + Math.floor(next() * spreadMs)];
    const head = { provider: providers[nth % providers.length], wrapper_session_id: id, provider_session_id: id, source_kind: "backfill", completeness: "full" };
    const kinds = [
      { type: "session_started", command: "cli", model: models[nth % models.length], cwd: `/work/${project}`, resumed: false, backfilled: true, title: `${commonWords[nth % 20]} of part ${nth}` },
      { type: "tool_call", tool_name: "Read", tool_id: "one", input: { file_path: `/work/${project}/src/part-${nth % 40}.ts` } },
      ...(nth % 3 === 0 ? [{ type: "session_ended", success: true, error: null }] : [{ type: "user_message", role: "user", content: `look at part ${nth}`, message_id: null }]),
    ];
    const lines = kinds.map((kind, seq) => serializeEvent({ seq, ts: new Date(ms + seq * 1000).toISOString(), ...head, ...kind }));
    const path = join(folder, `${id}.jsonl`);
    writeFileSync(path, `${lines.join("\n")}\n`);
    utimesSync(path, ms / 1000, ms / 1000);
  }
}
