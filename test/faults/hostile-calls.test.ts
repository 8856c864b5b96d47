import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { errorCodes } from "../../src/errors.js";
import { homeProblems } from "../helpers/home-check.js";
import { hostileTexts, hostileValue, valueOf, type PropertySchema } from "../helpers/hostile-values.js";
import { peakMemoryMb } from "../helpers/peak-memory.js";
import { newSeed } from "../helpers/random.js";
import { connectServer, spawnServer, type ConnectedServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { treeOf } from "../helpers/tree.js";
import { waitFor } from "../helpers/wait-for.js";

/** How long each kind of input is tried. */
const tryingMs = Number(process.env["FAULT_SECONDS"] ?? 4) * 1000;
/** Generous: what is measured is that no input makes it grow without bound. */
const mostMemoryMb = 1000;
const peaks: string[] = [];
afterAll(() => console.log(peaks.join("\n")));

interface Around {
  home: string;
  userHome: string;
  /** What lies beside the home, and must stay as it is. */
  beside: string;
}

function around(): Around {
  const base = tempDir();
  const beside = join(base, "beside");
  for (const dir of ["user", "beside/deep"]) mkdirSync(join(base, dir), { recursive: true });
  writeFileSync(join(beside, "victim.jsonl"), "not ours\n");
  return { home: join(base, "beside", "home"), userHome: join(base, "user"), beside };
}

const besideHome = ({ beside, userHome }: Around): string[] => [...treeOf(beside).filter((line) => !/^home(?:\/| )/.test(line)), ...treeOf(userHome)];

/** Runs what a property says for some time. A failure names the seed, and the least input that fails. */
async function tried(name: string, property: fc.IAsyncProperty<[unknown]>): Promise<void> {
  const seed = newSeed();
  const result = await fc.check(property, { seed, numRuns: 1_000_000, interruptAfterTimeLimit: tryingMs, markInterruptAsFailure: false });
  peaks.push(`${name}: seed ${seed}, ${result.numRuns} inputs`);
  if (result.failed) throw new Error(`seed ${seed}: ${fc.defaultReportMessage(result)?.slice(0, 3000)}`, { cause: result.errorInstance });
}

async function staysWhole(server: { home: string; stderr(): string }, pid: number, { name, place, before }: { name: string; place: Around; before: string[] }): Promise<void> {
  const peakMb = peakMemoryMb(pid);
  peaks.push(`${name}: peak ${peakMb} MB`);
  expect(peakMb).toBeLessThan(mostMemoryMb);
  expect(server.stderr()).not.toMatch(/\n {4}at /);
  await waitFor("true indexes", () => homeProblems(server.home).length === 0, { timeoutMs: 3000 }).catch(() => undefined);
  expect(homeProblems(server.home)).toEqual([]);
  expect(besideHome(place)).toEqual(before);
}

const coded = new RegExp(`^(?:${errorCodes.filter((code) => code !== "INTERNAL").join("|")}): `);

/** The result of a call is one that its tool promises, or an error that a caller can act on. */
async function answersWell(server: ConnectedServer, name: string, args: Record<string, unknown>): Promise<void> {
  const answer = await server.client.callTool({ name, arguments: args }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === -32602) return undefined;
    throw error;
  });
  if (!answer) return;
  const text = (answer.content as { text: string }[])[0]?.text ?? "";
  const isPromised = answer.isError ? coded.test(text) && text.length < 5000 : text === JSON.stringify(answer.structuredContent);
  expect(isPromised, text.slice(0, 1000)).toBe(true);
}

describe("a tool", () => {
  it("answers whatever arguments it is given, by its schema or against it, and the server lives on", { timeout: tryingMs + 120_000 }, async () => {
    const place = around();
    const before = besideHome(place);
    const server = await connectServer({ home: place.home, userHome: place.userHome });
    const ids = ["first", "second"];
    for (const session_id of ids) await server.call("start_session", { provider: "acme", session_id, prompt: `paint ${session_id} marigold` });
    const { tools } = await server.client.listTools();
    const texts = [...ids, "firs", "latest", "acme", "marigold", "user_message", ".", "2h", "main", "all"];
    const call = fc.constantFrom(...tools).chain(({ name, inputSchema }) => {
      const properties = Object.entries((inputSchema.properties ?? {}) as Record<string, PropertySchema>);
      // To wait would be all that the test does.
      const own = properties.map(([property, schema]): [string, fc.Arbitrary<unknown>] => [property, property === "timeout_ms" ? fc.constantFrom<unknown>(0, 1, -1, "x") : valueOf(schema, texts)]);
      const args = fc.record(Object.fromEntries(own), { requiredKeys: [] });
      const extra = fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.dictionary(fc.constantFrom(...hostileTexts.slice(0, 40)), hostileValue, { maxKeys: 8 }) });
      const required = fc.oneof({ weight: 4, arbitrary: fc.constant({ session_id: "first", query: "marigold", provider: "acme" }) }, { weight: 1, arbitrary: fc.constant({}) });
      return fc.tuple(required, args, extra).map(([known, given, more]) => ({ name, args: { ...Object.fromEntries(Object.entries(known).filter(([key]) => properties.some(([property]) => property === key))), ...given, ...more } }));
    });
    await tried("tools", fc.asyncProperty(call as fc.Arbitrary<unknown>, async (input) => {
      const { name, args } = input as { name: string; args: Record<string, unknown> };
      await answersWell(server, name, args);
    }));
    expect(await server.call("read_session", { session_id: "second", from: "start", limit: 1 })).toMatchObject({ events: [{ seq: 1 }] });
    await staysWhole(server, server.pid, { name: "tools", place, before });
  });

  it("searches by patterns that explode elsewhere as by any other, and refuses those it cannot run", { timeout: 60_000 }, async () => {
    const place = around();
    const before = besideHome(place);
    const server = await connectServer({ home: place.home, userHome: place.userHome });
    const { session_id } = await server.call("start_session", { provider: "acme", session_id: "long" });
    await server.call("emit_event", { session_id, message: `${"a".repeat(100_000)}!` });
    const search = async (query: string) => (await server.call("search_sessions", { query, match: "regex", session_id }))["total"];
    const found = { "(a+)+$": 0, "(a|a)*$": 1, "(a|aa)+!": 1, "(.*)*b": 0, "(.*a){20}!": 1, "([a-z]+)*#": 0, "^(a?){50}a{50}": 1, "a{500}!$": 1 };
    for (const [query, total] of Object.entries(found)) expect([query, await search(query)]).toEqual([query, total]);
    for (const query of ["(?=a)a", "(?<!b)a", "(a)\\1", "[", "*", "(", "a{99999}"]) {
      expect(await server.failure("search_sessions", { query, match: "regex" })).toMatch(/^INVALID_REGEX: /);
    }
    // Whether these can be run is the engine's matter.
    for (const query of ["((a{100}){100}){100}", "(a{1000}){1000}", `${"(".repeat(400)}a${")".repeat(400)}`, `${"(".repeat(20_000)}a${")".repeat(20_000)}`, "\\p{No}{", "(?P<a>x)(?P<a>y)", "x*".repeat(5000)]) {
      await answersWell(server, "search_sessions", { query, match: "regex" });
    }
    await staysWhole(server, server.pid, { name: "patterns", place, before });
  });

  it("refuses a million faults in few words, and takes or refuses what is large, deep or named like what all objects have", { timeout: 120_000 }, async () => {
    const place = around();
    const before = besideHome(place);
    const server = spawnServer({ home: place.home, userHome: place.userHome });
    await server.initialize();
    let sent = 0;
    const answerTo = async (method: string, params: string): Promise<string> => {
      const id = `large-${(sent += 1)}`;
      server.child.stdin.write(`{"jsonrpc":"2.0","id":"${id}","method":"${method}","params":${params}}\n`);
      const answer = await waitFor(`the answer to ${params.slice(0, 100)}`, () => server.messages().find((message) => message["id"] === id), { timeoutMs: 60_000 });
      const { error, result } = answer as { error?: { code: number }; result?: { content?: { text: string }[] } };
      return error ? String(error.code) : (result?.content?.[0]?.text ?? "");
    };
    const call = (name: string, args: string) => answerTo("tools/call", `{"name":"${name}","arguments":${args}}`);
    const event = (fields: string) => call("emit_event", `{"session_id":"s1","event":${fields}}`);
    const data = (json: string) => event(`{"type":"user_event","level":"info","message":"large","data":${json}}`);
    const keys = (count: number): string => `{${Array.from({ length: count }, (_, nth) => `"${nth.toString(36)}_":1`).join(",")}}`;
    const deep = (open: string, close: string) => `${open.repeat(100_000)}1${close.repeat(100_000)}`;
    const lists = deep("[", "]");
    const records = deep('{"a":', "}");

    await call("start_session", '{"provider":"acme","session_id":"s1"}');
    expect(await call("list_sessions", keys(1_000_000))).toMatch(/^INVALID_ARGUMENT: Unknown arguments .* and 999995 more\. /);
    expect(await call("read_session", `{"session_id":"s1","types":[${"1,".repeat(4_000_000)}1]}`)).toBe("INVALID_ARGUMENT: types of 4000001 items is not allowed: give at most 1000 items.");
    expect(await call("list_sessions", `{"limit":${lists}}`)).toBe("INVALID_ARGUMENT: limit (nested deeper than 200 levels) is not allowed: give a number.");
    expect(await call("list_sessions", `{"provider":${records}}`)).toMatch(/^INVALID_ARGUMENT: provider \(nested deeper/);
    expect(await call("read_session", '{"session_id":"s1","__proto__":{"max_bytes":"x"},"constructor":1}')).toMatch(/^INVALID_ARGUMENT: Unknown argument "constructor"/);
    expect(await event(records)).toMatch(/^INVALID_EVENT: /);
    expect(await data(records)).toMatch(/^INVALID_EVENT: event is nested deeper than 200 levels/);
    expect(await data(keys(1_000_000))).toMatch(/^EVENT_TOO_LARGE: /);
    expect(await answerTo("prompts/get", `{"name":"recall","arguments":${keys(1_000_000)}}`)).toBe("-32602");
    expect(await answerTo("tools/list", `{"_meta":${records}}`)).not.toBe("-32603");

    // Heartbeats come between them on a slow machine.
    const lastSeq = (answer: string): number => (JSON.parse(answer) as { last_seq: number }).last_seq;
    expect(lastSeq(await data('{"__proto__":{"x":1},"constructor":{"prototype":2}}'))).toBeGreaterThan(1);
    expect(await call("read_session", '{"session_id":"s1","after_seq":1,"detail":"full"}')).toContain('"data":{"__proto__":{"x":1},"constructor":{"prototype":2}}');
    const large = lastSeq(await data(keys(300_000)));
    expect((await call("read_session", `{"session_id":"s1","after_seq":${large - 1},"detail":"full"}`)).length).toBeLessThanOrEqual(9000);
    expect(await call("search_sessions", '{"query":"6fg_ OR zz","include_current":true}')).not.toMatch(/^INTERNAL/);
    server.send({ jsonrpc: "2.0", id: "body", method: "resources/read", params: { uri: "session-log:///sessions/s1/events.jsonl" } });
    expect(JSON.stringify((await server.answer("body"))["result"])).toContain(`\\"seq\\":${large}`);
    await staysWhole(server, server.child.pid ?? 0, { name: "large", place, before });
  });
});

/** Ways to write a text in a URI, the first as it is. */
const writings: readonly ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  (text) => text.replaceAll(".", "%c0%ae").replaceAll("/", "%c0%af"),
  (text) => `%2e%2e%2f${text}`,
  (text) => `${text}%00`,
  (text) => `${text}/.`,
  (text) => `./${text}`,
  (text) => `${text}%`,
  (text) => text.toUpperCase(),
];

function wellFormedOnly(write: (text: string) => string, text: string): string {
  try {
    return write(text);
  } catch (error) {
    // Halves of surrogate pairs cannot be percent-encoded.
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}

describe("a resource", () => {
  it("of any URI is read, or is refused as unknown or malformed; one that only writes it otherwise is the same", { timeout: tryingMs + 60_000 }, async () => {
    const place = around();
    const before = besideHome(place);
    const server = await connectServer({ home: place.home, userHome: place.userHome });
    await server.call("start_session", { provider: "acme", session_id: "first", prompt: "paint it marigold" });
    const written = (texts: readonly string[]) => fc.tuple(fc.constantFrom(...writings), fc.constantFrom(...texts)).map(([write, text]) => wellFormedOnly(write, text));
    const scheme = fc.constantFrom("session-log://", "session-log:", "SESSION-LOG://", "session-log://host", "file://", "session-log:////", "");
    const path = fc.tuple(fc.constantFrom("sessions", "live", "session", ".."), written(["first", "claude", ...hostileTexts]), fc.constantFrom("", "/events.jsonl", "/transcript.md", ".jsonl", "/../x", "%2fevents.jsonl"));
    const query = fc.array(fc.tuple(fc.constantFrom("limit", "after_seq", "__proto__", "LIMIT", "%6cimit"), written(["1", "-1", "1000", "1e3", "0x1", "01", "9007199254740993", ...hostileTexts.slice(0, 30)])), { maxLength: 3 });
    const uri = fc.tuple(scheme, path, query, fc.constantFrom("", "", "#x", "?", "?&&")).map(([head, [kind, name, rest], pairs, tail]) => `${head}/${kind}/${name}${rest}${pairs.length > 0 ? `?${pairs.map((pair) => pair.join("=")).join("&")}` : ""}${tail}`);
    await tried("resources", fc.asyncProperty(uri as fc.Arbitrary<unknown>, async (input) => {
      const given = { uri: input as string };
      const refused = (error: unknown): string => {
        if (error instanceof Error && "code" in error && (error.code === -32002 || error.code === -32602)) return "refused";
        throw error;
      };
      const read = await server.client.readResource(given).then(({ contents }) => contents[0]?.uri ?? "", refused);
      expect([given.uri, "refused"]).toContain(read);
      const subscribed = await server.client.subscribeResource(given).then(() => given.uri, refused);
      expect(subscribed).toBe(read);
      await server.client.unsubscribeResource(given);
    }));
    const plain = await server.client.readResource({ uri: "session-log:///sessions/first/events.jsonl?after_seq=0&limit=1" });
    for (const same of ["session-log:///sessions/%66%69rst/events%2Ejsonl?limit=%31&after_seq=0", "SESSION-LOG:/sessions/first/events.jsonl?&after_seq=0&&limit=1"]) {
      const { contents } = await server.client.readResource({ uri: same });
      expect(contents).toMatchObject([{ text: (plain.contents[0] as { text: string }).text }]);
    }
    await staysWhole(server, server.pid, { name: "resources", place, before });
  });
});

describe("a line that is no request", () => {
  it("is answered at most once, with the right code, and what follows is answered", { timeout: tryingMs + 60_000 }, async () => {
    const place = around();
    const before = besideHome(place);
    const server = spawnServer({ home: place.home, userHome: place.userHome });
    await server.initialize();
    const ids = ['"a"', "7", "-1", "null", "1.5", "true", "{}", "[1]", '""', "9007199254740993", "1e400", '"\\ud800"', '"__proto__"', `"${"i".repeat(100_000)}"`];
    const methods = ['"ping"', '"tools/list"', '"constructor"', '"__proto__"', '"notifications/cancelled"', '"notifications/progress"', '"initialize"', '"server/discover"', '"subscriptions/listen"', '"logging/setLevel"', '"completion/complete"', '"roots/list"', "1", "null", '""'];
    const params = ["{}", "[]", "null", "1", '"x"', '{"_meta":1}', '{"_meta":{"progressToken":{}}}', '{"requestId":{}}', '{"requestId":"init"}', '{"name":"__proto__","arguments":{}}', '{"uri":1}', '{"level":"loud"}', '{"cursor":"x"}', '{"ref":{"type":"ref/x"},"argument":1}', '{"_meta":{"io.modelcontextprotocol/protocolVersion":"1999-01-01","io.modelcontextprotocol/clientCapabilities":{}}}'];
    const request = fc
      .tuple(fc.constantFrom('"2.0"', '"1.0"', "2", "null"), fc.option(fc.constantFrom(...ids)), fc.option(fc.constantFrom(...methods)), fc.option(fc.constantFrom(...params)), fc.option(fc.constantFrom('"result":{}', '"error":{"code":1,"message":"x"}', '"error":1', '"__proto__":{}', '"extra":1')))
      .map(([version, id, method, given, more]) => `{${[`"jsonrpc":${version}`, id && `"id":${id}`, method && `"method":${method}`, given && `"params":${given}`, more].filter(Boolean).join(",")}}`);
    const other = fc.constantFrom("", " ", "\r", "\ufeff{}", "null", "1", '"x"', "[]", "{}", '[{"jsonrpc":"2.0","id":1,"method":"ping"}]', "{", "}", "\0", '{"jsonrpc":"2.0"', "[".repeat(100_000), `${"[".repeat(100_000)}${"]".repeat(100_000)}`, "\u001b[2J", "é\ud800");
    const line = fc.oneof({ weight: 3, arbitrary: request }, { weight: 1, arbitrary: other }, { weight: 1, arbitrary: fc.tuple(request, fc.nat(), fc.string({ unit: "binary", maxLength: 3 })).map(([text, at, by]) => `${text.slice(0, at % text.length)}${by}${text.slice((at % text.length) + 1)}`.replaceAll("\n", "")) });
    let sent = 0;
    await tried("lines, in groups", fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 30 }) as fc.Arbitrary<unknown>, async (input) => {
      const lines = input as string[];
      const from = server.messages().length;
      const id = `ping-${(sent += 1)}`;
      server.child.stdin.write(`${lines.join("\n")}\n`);
      server.send({ jsonrpc: "2.0", id, method: "ping" });
      await server.answer(id);
      const answers = server.messages().slice(from).filter((message) => message["id"] !== id);
      expect(answers.filter((message) => "id" in message).length).toBeLessThanOrEqual(lines.length);
      const codes = (answers as { error?: { code: number } }[]).flatMap(({ error }) => (error ? [error.code] : []));
      expect(codes.filter((code) => ![-32700, -32600, -32601, -32602, -32002, -32022].includes(code))).toEqual([]);
    }));
    await staysWhole(server, server.child.pid ?? 0, { name: "lines", place, before });
  });
});
