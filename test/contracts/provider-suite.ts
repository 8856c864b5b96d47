import { describe, expect, test } from "vitest";
import type { Companions, NativeFile, ParsedEvent, Provider } from "../../src/providers/provider.js";
import { LogEventKind } from "../../src/schema/event.js";
import { parseTime } from "../../src/schema/time.js";
import { asLogged, type LoggedLike, parseInPieces, parseWhole } from "../helpers/parsed.js";
import { newSeed, seededRandom } from "../helpers/random.js";

/** One native file with what it says. `events` and `agents` are those of `<case>.expected.json`. */
export interface ProviderFixture {
  name: string;
  /** Below a root, with `/`. */
  path: string;
  bytes: Buffer;
  companions: Companions;
  events: unknown;
  agents: unknown;
}

const root = "/root";
const maxStateChars = 2 * 1024 * 1024;
const maxRawChars = 64 * 1024;
const garbage = '{"type":"torn record of nobody","text":"half of it';

/** Kinds that tell of the conversation: none of them may depend on when a file was read. */
const conversation = new Set(["user_message", "assistant_message", "reasoning", "tool_call", "tool_result", "permission", "user_event", "session_started"]);

function fileOf(provider: Provider, { path, name }: ProviderFixture): NativeFile {
  const file = provider.classify(root, path);
  if (!file) throw new Error(`Fixture ${name}: no native file of ${provider.name}: ${path}`);
  return file;
}

function lineStarts(bytes: Buffer): number[] {
  const starts: number[] = [];
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
  return starts;
}

const withoutPlace = (event: ParsedEvent) => ({ ...event, offsetBytes: 0 });
const kindAndOrigin = ({ type, origin }: LoggedLike) => `${type} ${origin}`;

function totals(events: readonly LoggedLike[]): number[] {
  const sum = [0, 0, 0, 0, 0];
  for (const event of events) {
    if (event.type !== "usage") continue;
    const numbers = [event.input_tokens, event.output_tokens, event.cache_read_tokens, event.cache_creation_tokens, event.total_cost_usd];
    for (const [at, number] of numbers.entries()) sum[at] = Math.round(((sum[at] ?? 0) + (number ?? 0)) * 1e9) / 1e9;
  }
  return sum;
}

/** What every provider must hold, whatever its format. Skips only what `supports` denies. */
export function providerSuite(provider: Provider, fixtures: readonly ProviderFixture[]): void {
  describe(`the provider ${provider.name}`, () => {
    describe.each(fixtures)("reading $name", (fixture) => {
      fixtureTests(provider, fixture);
    });
    setTests(provider, fixtures);
  });
}

function fixtureTests(provider: Provider, fixture: ProviderFixture): void {
  commonTests(provider, fixture);
  if (fileOf(provider, fixture).format === "document") documentTests(provider, fixture);
  else lineTests(provider, fixture);
}

/** What holds for every file, however its records are kept. */
function commonTests(provider: Provider, fixture: ProviderFixture): void {
  const file = fileOf(provider, fixture);
  const { bytes, companions } = fixture;
  const whole = () => parseWhole(provider, bytes, { file, companions });

  test("gives the events of its expected.json", () => {
    const { events, agents } = whole();
    expect(asLogged(events)).toEqual(fixture.events);
    expect(agents).toEqual(fixture.agents);
  });

  test("gives the same events, origins included, when it is read again", () => {
    expect(whole()).toEqual(whole());
  });

  test("gives the same when it comes in pieces and the state lies in a checkpoint between any two", () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    for (let round = 0; round < 20; round++) {
      const cuts = Array.from({ length: 1 + Math.floor(random() * 8) }, () => Math.floor(random() * bytes.length)).toSorted((a, b) => a - b);
      const pieces = parseInPieces(provider, bytes, { file, companions, cuts });
      expect(pieces.events, `seed ${seed}, round ${round}, cuts ${cuts.join()}`).toEqual(whole().events);
      expect(pieces.agents, `seed ${seed}, round ${round}`).toEqual(whole().agents);
    }
  });

  test("gives the same when it comes byte by byte at its line ends", () => {
    const cuts = lineStarts(bytes).flatMap((start) => [start - 1, start, Math.min(start + 1, bytes.length)]);
    expect(parseInPieces(provider, bytes, { file, companions, cuts }).events).toEqual(whole().events);
  });

  test("does not change the state that it was given", () => {
    const state = provider.start(file, companions);
    const before = JSON.stringify(state);
    const middle = provider.parse(state, bytes, { final: false });
    expect(JSON.stringify(state)).toBe(before);
    const after = JSON.stringify(middle.state);
    provider.parse(middle.state, Buffer.alloc(0), { final: true });
    expect(JSON.stringify(middle.state)).toBe(after);
    expect(JSON.parse(after)).toEqual(middle.state);
    expect(after.length).toBeLessThan(maxStateChars);
  });

  test("says nothing more at a second end", () => {
    const { state } = whole();
    expect(provider.parse(state, Buffer.alloc(0), { final: true }).events).toEqual([]);
  });

  test("gives well-formed events: known kinds with all their fields, unique origins, bounded warnings", () => {
    const byOrigin = new Map<string, ParsedEvent>();
    for (const event of whole().events) {
      expect(LogEventKind.parse(event.kind)).toEqual(event.kind);
      expect(event.origin).toMatch(/^[A-Za-z0-9._:~-]{1,140}\/[A-Za-z0-9._:~-]+$/);
      const same = byOrigin.get(event.origin);
      // A record that its writer wrote twice gives equal events.
      expect(same?.kind ?? event.kind).toEqual(event.kind);
      byOrigin.set(event.origin, event);
      expect(event.kind.type === "parse_warning" ? (event.kind.raw?.length ?? 0) : 0).toBeLessThan(maxRawChars);
      expect(event.offsetBytes).toBeLessThan(bytes.length);
    }
  });

  test("keeps the times of the records", () => {
    const text = bytes.toString("utf8");
    for (const { ts } of whole().events) {
      expect(ts === undefined || parseTime(ts) !== undefined).toBe(true);
      expect(text).toContain(ts ?? "");
    }
  });

  test("places every event at the begin of a record", () => {
    for (const { offsetBytes } of whole().events) expect(bytes.subarray(offsetBytes, offsetBytes + 1).toString()).toMatch(/[{[n]/);
  });
}

/** What holds for files that are one JSON text, rewritten as a whole. */
function documentTests(provider: Provider, fixture: ProviderFixture): void {
  const file = fileOf(provider, fixture);
  const { bytes, companions } = fixture;

  test("leaves a document that is not whole for later, and tells of it at the end", () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    for (let round = 0; round < 10; round++) {
      const half = bytes.subarray(0, 1 + Math.floor(random() * (bytes.length - 2)));
      const waiting = provider.parse(provider.start(file, companions), half, { final: false });
      expect([waiting.consumedBytes, waiting.events], `seed ${seed}, ${half.length} bytes`).toEqual([0, []]);
      const ended = provider.parse(provider.start(file, companions), half, { final: true });
      expect(ended.events, `seed ${seed}, ${half.length} bytes`).toMatchObject([{ kind: { type: "parse_warning" } }]);
      expect(ended.consumedBytes).toBe(half.length);
    }
  });

  test("reads an empty file as one that is not written yet", () => {
    const empty = provider.parse(provider.start(file, companions), Buffer.alloc(0), { final: true });
    expect([empty.consumedBytes, empty.events]).toEqual([0, []]);
  });
}

/** What holds for files of records on lines. */
function lineTests(provider: Provider, fixture: ProviderFixture): void {
  const file = fileOf(provider, fixture);
  const { bytes, companions } = fixture;
  const whole = () => parseWhole(provider, bytes, { file, companions });

  test("says nothing twice and loses nothing when every line was taken for the last", () => {
    let state = provider.start(file, companions);
    const events: ParsedEvent[] = [];
    let from = 0;
    for (const end of [...lineStarts(bytes), bytes.length]) {
      const step = provider.parse(state, bytes.subarray(from, end), { final: true });
      state = step.state;
      from += step.consumedBytes;
      events.push(...step.events);
    }
    const got = asLogged(events);
    const wanted = asLogged(whole().events);
    const said = (list: readonly LoggedLike[]) => list.filter((event) => conversation.has(event.type)).map(kindAndOrigin).toSorted();
    expect(said(got)).toEqual(said(wanted));
    expect(totals(got)).toEqual(totals(wanted));
  });

  test("leaves half a line for later, and counts it at the end only if it is whole", () => {
    const last = lineStarts(bytes).at(-2) ?? 0;
    const half = bytes.subarray(0, last + Math.floor((bytes.length - last) / 2));
    const waiting = provider.parse(provider.start(file, companions), half, { final: false });
    expect(waiting.consumedBytes).toBe(half.lastIndexOf(10) + 1);
    const ended = provider.parse(provider.start(file, companions), half, { final: true });
    expect(ended.consumedBytes).toBe(waiting.consumedBytes);
  });

  test("tells of unreadable lines and reads all others as if they were not there", () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    const starts = lineStarts(bytes);
    const wanted = whole().events.map(withoutPlace);
    for (let round = 0; round < 10; round++) {
      const at = starts[Math.floor(random() * starts.length)] ?? bytes.length;
      const spoilt = Buffer.concat([bytes.subarray(0, at), Buffer.from(`${garbage}\n`), bytes.subarray(at)]);
      const { events } = parseWhole(provider, spoilt, { file, companions });
      const isOurs = ({ kind }: ParsedEvent) => kind.type === "parse_warning" && kind.raw === garbage;
      expect(events.filter(isOurs), `seed ${seed}, offset ${at}`).toHaveLength(1);
      expect(events.filter((event) => !isOurs(event)).map(withoutPlace), `seed ${seed}, offset ${at}`).toEqual(wanted);
    }
  });
}

function setTests(provider: Provider, fixtures: readonly ProviderFixture[]): void {
  const all = fixtures.flatMap((fixture) => parseWhole(provider, fixture.bytes, { file: fileOf(provider, fixture), companions: fixture.companions }).events);
  const kinds = new Set(all.map(({ kind }) => kind.type));

  test("has a name that logs can carry, and a state of JSON for every role", () => {
    expect(provider.name).toMatch(/^[a-z0-9][a-z0-9._-]{0,63}$/);
    for (const fixture of fixtures) {
      const state = provider.start(fileOf(provider, fixture), fixture.companions);
      expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    }
  });

  test("knows no native file outside its folders", () => {
    const paths = ["../x.jsonl", "settings.json", ".credentials.json", "auth.json", "config.toml", `${provider.watchedFolders[0]}/../x.jsonl`];
    for (const path of paths) expect(provider.classify(root, path)).toBeUndefined();
  });

  test("tells what it says that it can tell", () => {
    expect(kinds.has("session_started")).toBe(true);
    expect(kinds.has("tool_call") && kinds.has("tool_result")).toBe(provider.supports.toolCalls);
    expect(kinds.has("reasoning")).toBe(provider.supports.reasoning);
    expect(kinds.has("usage")).toBe(provider.supports.usage);
    expect(all.some(({ agentId }) => agentId !== undefined)).toBe(provider.supports.subAgents);
    expect(all.some(({ sharedKey }) => sharedKey !== undefined)).toBe(provider.supports.sharedRecords);
    expect(provider.parseProcess !== undefined && provider.isProcessFile !== undefined).toBe(provider.supports.processFiles);
  });

  test("begins every main file with session_started, and every session once", () => {
    const mains = fixtures.filter((fixture) => fileOf(provider, fixture).role === "main");
    for (const fixture of mains) {
      const { events } = parseWhole(provider, fixture.bytes, { file: fileOf(provider, fixture), companions: fixture.companions });
      expect(events[0]?.kind.type).toBe("session_started");
      // A file may hold several sessions, and tell where its session was resumed.
      const begun = events.filter(({ kind }, index) => kind.type === "session_started" && (index === 0 || !kind.resumed));
      expect(new Set(begun.map(({ nativeSessionId }) => nativeSessionId)).size).toBe(begun.length);
    }
  });
}
