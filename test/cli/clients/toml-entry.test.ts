import { describe, expect, test } from "vitest";
import { getStaticTOMLValue, parseTOML } from "toml-eslint-parser";
import type { Entry } from "../../../src/cli/clients/clients.js";
import { Refusal } from "../../../src/cli/clients/refusal.js";
import { putTomlEntry } from "../../../src/cli/clients/toml-entry.js";
import { newSeed, seededRandom } from "../../helpers/random.js";

const entry: Entry = { command: "/bin/node", args: ["/x/main.js"] };
const put = (text: string, more: Entry = {}) => putTomlEntry(text, { table: "mcp_servers", name: "session-log", entry: { ...entry, ...more } });
const ours = `[mcp_servers.session-log]\ncommand = "/bin/node"\nargs = ["/x/main.js"]\n`;
const valueOf = (text: string) => getStaticTOMLValue(parseTOML(text.replace(/^\uFEFF/, ""))) as { mcp_servers: Record<string, unknown> };

describe("putTomlEntry()", () => {
  test.each([
    ["nothing", "", ours],
    ["settings", `model = "x" # mine\n`, `model = "x" # mine\n\n${ours}`],
    ["no line ending at the end", `[a]\nb = 1`, `[a]\nb = 1\n\n${ours}`],
    ["CRLF", `[a]\r\nb = 1\r\n`, `[a]\r\nb = 1\r\n\r\n${ours.replaceAll("\n", "\r\n")}`],
    ["a byte order mark", `\uFEFFa = 1\n`, `\uFEFFa = 1\n\n${ours}`],
    ["other servers", `[mcp_servers.b]\ncommand = "b"\n`, `[mcp_servers.b]\ncommand = "b"\n\n${ours}`],
    ["what looks like an entry in a text", `note = """\n[mcp_servers.session-log]\n"""\n`, `note = """\n[mcp_servers.session-log]\n"""\n\n${ours}`],
  ])("adds to a file with %s", (_case, before, after) => {
    expect(put(before)).toBe(after);
  });

  test("writes what the server needs in its environment as a table, and escapes as TOML wants it", () => {
    expect(put("", { env: { CODEX_HOME: 'C:\\a "b"\u007f' } })).toBe(`${ours}\n[mcp_servers.session-log.env]\nCODEX_HOME = "C:\\\\a \\"b\\"\\u007f"\n`);
  });

  test("sets values where they stand, and keeps the entry's others, its comments and what the client wrote below it", () => {
    const before = `[mcp_servers.session-log] # log\nargs = [ "old" ] # here\nstartup_timeout_sec = 30 # slow\n\n[mcp_servers.session-log.tools.read_session]\napproval_mode = "approve"\n\n[z]\n`;
    const after = `[mcp_servers.session-log] # log\nargs = ["/x/main.js"] # here\nstartup_timeout_sec = 30 # slow\ncommand = "/bin/node"\n\n[mcp_servers.session-log.tools.read_session]\napproval_mode = "approve"\n\n[z]\n`;
    expect(put(before)).toBe(after);
  });

  test("sets variables in the form that they have, or in a table of their own", () => {
    const table = `${ours}\n[mcp_servers.session-log.env]\nA = "old"\n`;
    expect(put(table, { env: { A: "1", B: "2" } })).toBe(`${ours}\n[mcp_servers.session-log.env]\nA = "1"\nB = "2"\n`);
    expect(put(`${ours}env = { A = "old" }\n`, { env: { A: "1" } })).toBe(`${ours}env = { A = "1" }\n`);
    expect(put(`${ours}\n[z]\n`, { env: { A: "1", B: "2" } })).toBe(`${ours}\n[mcp_servers.session-log.env]\nA = "1"\nB = "2"\n\n[z]\n`);
  });

  test("edits an entry that is an inline table, where every key is there", () => {
    expect(put(`mcp_servers = { session-log = { command = "a", args = [] } } # one\n`)).toBe(`mcp_servers = { session-log = { command = "/bin/node", args = ["/x/main.js"] } } # one\n`);
  });

  test("changes nothing where the entry says it already, however it is written", () => {
    const before = `mcp_servers."session-log" = { args = [\n'/x/main.js' ], command = '/bin/node', enabled = false }\n`;
    expect(put(before)).toBe(before);
  });

  test.each([
    [`a = `, "not TOML: line 1"],
    [`a = 1\nb = = 2\n`, "not TOML: line 2"],
    [`a = 1\na = 2\n`, "not TOML"],
    [`mcp_servers = { b = {} }\n`, "[mcp_servers.session-log] cannot be added"],
    [`mcp_servers = { session-log = { command = "a" } }\n`, "cannot be added"],
    [`[[mcp_servers]]\n`, "cannot be added"],
  ])("refuses %j", (text, message) => {
    expect(() => put(text)).toThrow(Refusal);
    expect(() => put(text)).toThrow(message);
  });

  test("leaves every byte outside of the entry as it is, in whatever file", () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    for (let round = 0; round < 300; round += 1) {
      const { before, parts } = madeUpConfig(random);
      const after = put(before);
      const says = `seed ${seed}, round ${round}:\n${before}\n--- became\n${after}`;
      expect(valueOf(after).mcp_servers["session-log"], says).toMatchObject(entry);
      const places = parts.map((part) => after.indexOf(part));
      expect(places, says).toEqual([...places].sort((one, other) => one - other));
      expect(places.includes(-1), says).toBe(false);
      expect(put(after), says).toBe(after);
    }
  });
});

/** A file in parts that must stay, each told apart by a number; our entry may stand between them. */
function madeUpConfig(random: () => number): { before: string; parts: string[] } {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const eol = pick(["\n", "\r\n"]);
  const parts = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, at) =>
    [`[t${at}] # head ${at}`, pick([`a = 1`, `a = """${eol}[mcp_servers.session-log]${eol}"""`, `a = '# no'`, `a = [ # many${eol}  1,${eol}]`]), pick(["", "# note", "  "]), pick(["", `[mcp_servers.s${at}]${eol}command = "x"`]), ""].join(eol),
  );
  const old = [`[mcp_servers.session-log]`, `command = ${pick(['"old"', "'''old'''"])}`, ...(random() < 0.5 ? ["args = []"] : []), ""].join(eol);
  const at = Math.floor(random() * (parts.length + 1));
  const pieces = random() < 0.5 ? parts : [...parts.slice(0, at), old, ...parts.slice(at)];
  return { before: pick(["", "\uFEFF"]) + pieces.join(""), parts };
}
