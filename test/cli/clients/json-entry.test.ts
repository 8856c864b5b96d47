import ts from "typescript";
import { describe, expect, test } from "vitest";
import type { Entry } from "../../../src/cli/clients/clients.js";
import { putJsonEntry } from "../../../src/cli/clients/json-entry.js";
import { Refusal } from "../../../src/cli/clients/refusal.js";
import { newSeed, seededRandom } from "../../helpers/random.js";

const entry: Entry = { type: "stdio", command: "/bin/node", args: ["/x/main.js"] };
const put = (text: string, more: Entry = {}) => putJsonEntry(text, { table: "mcpServers", name: "session-log", entry: { ...entry, ...more } });
const ours = (indent: string, eol = "\n", unit = "  ") =>
  [`"session-log": {`, ...[`"type": "stdio",`, `"command": "/bin/node",`, `"args": ["/x/main.js"]`].map((line) => indent + unit + line), `${indent}}`].join(eol);

/** JSON with comments, read by another parser than ours. */
function valueOf(text: string): Record<string, Record<string, unknown>> {
  const { config, error } = ts.parseConfigFileTextToJson("settings.json", text.replace(/^\uFEFF/, "")) as { config: Record<string, Record<string, unknown>>; error?: unknown };
  if (error) throw new Error(`No JSON: ${text}`);
  return config;
}

describe("putJsonEntry()", () => {
  test("makes the whole of an empty file, and keeps blanks that stood there", () => {
    const whole = `{\n  "mcpServers": {\n    ${ours("    ")}\n  }\n}\n`;
    expect(put("")).toBe(whole);
    expect(put("\n\n")).toBe(`\n\n${whole}`);
    expect(put("\uFEFF\r\n")).toBe(`\uFEFF\r\n${whole.replaceAll("\n", "\r\n")}`);
  });

  test.each([
    ["an empty object", "{}", `{\n  "mcpServers": {\n    ${ours("    ")}\n  }\n}`],
    ["other settings", `{\n  "theme": "dark"\n}\n`, `{\n  "theme": "dark",\n  "mcpServers": {\n    ${ours("    ")}\n  }\n}\n`],
    ["an empty table", `{\n  "mcpServers": {}\n}\n`, `{\n  "mcpServers": {\n    ${ours("    ")}\n  }\n}\n`],
    ["a table of its own lines", `{\n  "mcpServers": {\n  }\n}\n`, `{\n  "mcpServers": {\n    ${ours("    ")}\n  }\n}\n`],
    ["a table with a comment alone", `{\n  "mcpServers": {\n    // none yet\n  }\n}\n`, `{\n  "mcpServers": {\n    ${ours("    ")}\n    // none yet\n  }\n}\n`],
    ["other servers", `{\n  "mcpServers": {\n    "a": { "command": "a" }\n  }\n}\n`, `{\n  "mcpServers": {\n    "a": { "command": "a" },\n    ${ours("    ")}\n  }\n}\n`],
    ["CRLF", `{\r\n  "mcpServers": {\r\n    "a": {}\r\n  }\r\n}\r\n`, `{\r\n  "mcpServers": {\r\n    "a": {},\r\n    ${ours("    ", "\r\n")}\r\n  }\r\n}\r\n`],
    ["tabs", `{\n\t"mcpServers": {\n\t\t"a": {}\n\t}\n}`, `{\n\t"mcpServers": {\n\t\t"a": {},\n\t\t${ours("\t\t", "\n", "\t")}\n\t}\n}`],
    ["a byte order mark", `\uFEFF{\n  "a": 1\n}`, `\uFEFF{\n  "a": 1,\n  "mcpServers": {\n    ${ours("    ")}\n  }\n}`],
    ["a trailing comma", `{\n  "mcpServers": {\n    "a": {},\n  },\n}`, `{\n  "mcpServers": {\n    "a": {},\n    ${ours("    ")}\n  },\n}`],
    ["a trailing comma on a line of its own", `{\n  "a": 1\n  , // last\n}`, `{\n  "a": 1\n  , // last\n  "mcpServers": {\n    ${ours("    ")}\n  }\n}`],
    [
      "comments",
      `{ // settings\n  "mcpServers": {\n    "a": {} // first\n    // last\n  }\n  /* end */\n}`,
      `{ // settings\n  "mcpServers": {\n    "a": {}, // first\n    ${ours("    ")}\n    // last\n  }\n  /* end */\n}`,
    ],
    ["one line", `{"mcpServers":{"a":{}}}`, `{"mcpServers":{"a":{}, "session-log": { "type": "stdio", "command": "/bin/node", "args": ["/x/main.js"] }}}`],
  ])("adds to a file with %s", (_case, before, after) => {
    expect(put(before)).toBe(after);
    expect(valueOf(after)["mcpServers"]?.["session-log"]).toEqual(entry);
  });

  test("sets what it says in an entry that is there, and keeps the entry's other keys and chosen tools", () => {
    const before = `{\n  "mcpServers": {\n    "session-log": {"command": "old", "env": {"A": "b"}, "tools": ["read_session"]}, // mine\n    "b": {}\n  }\n}`;
    const after = put(before, { tools: ["*"] });
    expect(valueOf(after)["mcpServers"]?.["session-log"]).toEqual({ ...entry, env: { A: "b" }, tools: ["read_session"] });
    expect([after.split("{\n      ")[0], after.split("}, // mine")[1]]).toEqual([before.split('{"command"')[0], before.split("}, // mine")[1]]);
  });

  test("changes nothing where the entry says it already, however it is laid out", () => {
    const before = `{"mcpServers": {"session-log": {"args": ["/x/main.js"],\n "command": "/bin/node", /* ! */ "type": "stdio", "trust": true}}}`;
    expect(put(before)).toBe(before);
    expect(put(put(""))).toBe(put(""));
  });

  test.each([
    [`{"mcpServers": {`, "not JSON"],
    [`{"a": 1 "b": 2}`, "not JSON"],
    [`[]`, "array, not an object"],
    [`{"mcpServers": []}`, `"mcpServers" holds array`],
    [`{"mcpServers": {"session-log": null}}`, `"session-log" holds null`],
    [`{"mcpServers": {}, "mcpServers": {}}`, "more than once"],
    ["// nothing but this", "not JSON"],
  ])("refuses %j", (text, message) => {
    expect(() => put(text)).toThrow(Refusal);
    expect(() => put(text)).toThrow(message);
  });

  test("leaves every byte outside of the entry as it is, in whatever file", () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    for (let round = 0; round < 400; round += 1) {
      const before = madeUpSettings(random);
      const after = put(before);
      const says = `seed ${seed}, round ${round}:\n${before}\n--- became\n${after}`;
      const wanted = valueOf(before);
      expect(valueOf(after), says).toEqual({ ...wanted, mcpServers: { ...wanted["mcpServers"], "session-log": entry } });
      expect(added(before, after), says).toMatch(/^,?("mcpServers":\{)?"session-log":\{"type":"stdio","command":"\/bin\/node","args":\["\/x\/main\.js"\]\}\}?$/);
      expect(put(after), says).toBe(after);
    }
  });
});

/** What came into a text, without blanks: all that lies between the common start and end, but for the comment that a comma went before. */
function added(before: string, after: string): string {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < before.length - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const kept = before.slice(start, before.length - end);
  const middle = after.slice(start, after.length - end);
  if (!middle.includes(kept)) return `changed: ${kept}`;
  return middle.replace(kept, "").replaceAll(/\s/g, "");
}

function madeUpSettings(random: () => number): string {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const eol = pick(["\n", "\r\n"]);
  const unit = pick(["  ", "    ", "\t"]);
  const object = (members: readonly string[], indent: string): string => {
    if (members.length === 0) return pick(["{}", "{ }", `{${eol}${indent}}`, "{/* none */}"]);
    if (random() < 0.2 && !members.join("").includes("//")) return `{${members.join(", ")}}`;
    const lines = members.map((member, at) => {
      const isLast = at === members.length - 1;
      const comment = pick(["", "", ` // note, "x": {`, ` /* note } */`, ` /* a */ // b`]);
      return `${indent}${unit}${member}${isLast ? pick(["", "", ","]) : ","}${comment}`;
    });
    return `{${pick(["", " // top"])}${eol}${lines.join(eol)}${eol}${pick(["", `${indent}${unit}// end${eol}`])}${indent}}`;
  };
  const servers = Array.from({ length: Math.floor(random() * 3) }, (_, at) => `"s${at}": ${pick(['{"command": "a,}"}', "{}", '{"args": ["\\"//", "/*"]}'])}`);
  const members = Array.from({ length: Math.floor(random() * 3) }, (_, at) => `"k${at}": ${pick(["1", '"// no comment"', "[1, 2]", "null", '{"x": {}}'])}`);
  if (random() < 0.7) members.splice(Math.floor(random() * (members.length + 1)), 0, `"mcpServers": ${object(servers, unit)}`);
  return `${pick(["", "\uFEFF"])}${pick(["", `// head${eol}`])}${object(members, "")}${pick(["", eol, `${eol}// tail`])}`;
}
