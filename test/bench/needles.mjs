// What is planted in a made-up history of logs, what is asked for it, and how often it is there. The words of the needles stand nowhere else.

const prompt = (content) => ({ type: "user_message", role: "user", content, message_id: null });
const answer = (content) => ({ type: "assistant_message", content, message_id: null });
const reasoning = (content) => ({ type: "reasoning", content, message_id: null });
const call = (tool_name, input, id) => ({ type: "tool_call", tool_name, tool_id: id, input });
const result = (tool_name, id, rest) => ({ type: "tool_result", tool_name, tool_id: id, success: true, output: null, error: null, data: null, ...rest });
const around = (needle, text) => `${text(300)} ${needle} ${text(300)}`;

const deep = (needle, text) => {
  let before = "";
  while (before.length < 150_000) before += `${text(2000)}\n`;
  return `${before} ${needle} ${text(500)}`;
};
const quoted = 'she "said"\n\tin C:\\quux\\new: ✓';

/**
 * `events` makes the kinds of one place, `text(chars)` the words around the needle; the one that is to be found is at `at`.
 * `queries` are asked one by one and each finds all places of that needle, and nothing else.
 */
export const needles = [
  { name: "prompt", count: 7, queries: [{ query: "quixplume", role: "user" }], events: (text) => [prompt(around("Quixplume", text))] },
  { name: "answer, a phrase", count: 5, queries: [{ query: '"quixamber quixlattice"' }], events: (text) => [answer(around("quixamber quixlattice", text))] },
  { name: "reasoning, by prefix", count: 6, queries: [{ query: "quixzeph*", role: "reasoning" }], events: (text, nth) => [reasoning(around(`quixzeph${"yrs".slice(nth % 3)}`, text))] },
  {
    name: "tool input", count: 5, queries: [{ query: "quixharbour.ts", role: "tool_input", tool: "Ed*" }, { query: "/quixharbour.", match: "substring" }],
    events: (text, nth) => [call("Edit", { file_path: `/src/quixharbour.ts`, old_string: text(80), new_string: text(80) }, `in-${nth}`), result("Edit", `in-${nth}`, { output: "done" })],
  },
  {
    name: "tool output", count: 9, queries: [{ query: "quixgranite", toolKinds: ["shell"] }, { query: "QUIXGRANITE", match: "substring" }],
    events: (text, nth) => [call("Bash", { command: "make" }, `out-${nth}`), result("Bash", `out-${nth}`, { output: around("quixgranite", text) })], at: 1,
  },
  {
    name: "tool error and data", count: 4, queries: [{ query: "quixfault quixdatum", role: "tool_output" }],
    events: (text, nth) => [call("Grep", { pattern: "x" }, `err-${nth}`), result("Grep", `err-${nth}`, { success: false, error: around("quixfault", text), data: { lines: ["quixdatum"] } })], at: 1,
  },
  {
    name: "150,000 characters deep", count: 3, queries: [{ query: "quixabyss" }, { query: "uixabys", match: "substring" }, { query: "qui[x]ab.ss", match: "regex" }],
    events: (text, nth) => [call("Read", { file_path: "/deep" }, `deep-${nth}`), result("Read", `deep-${nth}`, { output: deep("quixabyss", text) })], at: 1,
  },
  {
    name: "escaped text", count: 4, queries: [{ query: quoted, match: "substring", caseSensitive: true }, { query: "\"SAID\"\n\tIN c:\\", match: "substring" }, { query: "C:\\\\quu[xyz]\\\\new", match: "regex" }],
    events: (text) => [answer(around(quoted, text))],
  },
  { name: "CJK", count: 5, queries: [{ query: "検索索引" }, { query: "索索", match: "words" }, { query: "検索索引", match: "substring" }], events: (text) => [prompt(around("これは検索索引です。", text))] },
  { name: "emoji", count: 4, queries: [{ query: "🦜🪁" }, { query: "🦜🪁", match: "substring" }], events: (text) => [answer(around("done🦜🪁!", text))] },
  { name: "accents", count: 6, queries: [{ query: "quixcreme naivete" }, { query: "QUIXCRÈME Naïveté" }], events: (text) => [answer(around("quixcrème … naïveté", text))] },
  { name: "sub-agent", count: 5, queries: [{ query: "quixerrand" }], events: (text) => [{ ...answer(around("quixerrand", text)), agent_id: "a1" }] },
  { name: "case", count: 4, queries: [{ query: "QuixCamel", caseSensitive: true }, { query: "QuixCamel", match: "substring", caseSensitive: true }], events: (text) => [answer(around("QuixCamel", text))] },
  { name: "regex", count: 8, queries: [{ query: "quix-[0-9]{4}-[a-f]{3}\\b", match: "regex" }], events: (text, nth) => [reasoning(around(`quix-${2000 + nth}-fab`, text))] },
  { name: "user event", count: 3, queries: [{ query: "quixnote" }], events: (text) => [{ type: "user_event", level: "info", message: around("quixnote", text) }] },
  { name: "parse warning", count: 3, queries: [{ query: "quixbroken" }], events: (text) => [{ type: "parse_warning", message: "line cannot be read", raw: `{"quixbroken":${text(50)}` }] },
  { name: "session result", count: 3, queries: [{ query: "quixoutcome" }], events: (text) => [{ type: "session_result", result: around("quixoutcome", text) }] },
  {
    name: "own tools, left out", count: 0, places: 4, excluded: 8, queries: [{ query: "quixself" }, { query: "quixself", match: "substring" }],
    events: (_text, nth) => [call("mcp__session-log__search_sessions", { query: "quixself" }, `own-${nth}`), result("mcp__session-log__search_sessions", `own-${nth}`, { output: "hits: quixself" })],
  },
  { name: "nearly all of these, and none", count: 0, places: 6, queries: [], events: (text) => [answer(around("quixlattice quixamber quixcamel quix-20-fab 索検引 🪁🦜", text)), prompt(around("quixfault alone", text))] },
];

/** A word of few places, one of nearly every event, and characters that are nowhere, made of letters that are everywhere. */
export const words = { rare: "quixplume", common: "checkpoint", nowhere: "nobody wrote that line" };
