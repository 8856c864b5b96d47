import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EventFilter } from "../../../src/mcp/views/event-filter.js";
import { fitPage, type PageFacts } from "../../../src/mcp/views/event-page.js";
import { gatherPage, type Place } from "../../../src/mcp/views/gather-page.js";
import type { LogLine } from "../../../src/schema/ports.js";
import { linesInMemory, logLine } from "../../helpers/lines-in-memory.js";

type Page = PageFacts & { events: Record<string, unknown>[] };

interface Read {
  place: Place;
  filter?: EventFilter;
  limit?: number;
  maxBytes?: number;
  maxChars?: number;
}

async function read(lines: readonly LogLine[], { place, filter = { detail: "brief" }, limit = 50, maxBytes = 9000, maxChars = 1000 }: Read): Promise<Page> {
  const signal = new AbortController().signal;
  const askedSeq = place.at === "around" ? place.seq : undefined;
  const query = { place, filter: { ...filter, askedSeq }, limit, maxChars, maxBytes, mask: (text: string) => text, signal };
  const gathered = await gatherPage(linesInMemory(lines), "s", query);
  return fitPage<Page>(gathered, { maxBytes, wrap: (events, facts) => ({ events, ...facts }) });
}

const seqs = (page: Page) => page.events.map((event) => event["seq"] as number);
const bytes = (page: Page) => Buffer.byteLength(JSON.stringify(page));

const kinds = ["user_message", "assistant_message", "tool_call", "tool_result", "provider_status", "usage", "heartbeat", "parse_warning"];
const anyText = fc.oneof(fc.string({ unit: "grapheme", maxLength: 60 }), fc.string({ unit: "binary", maxLength: 400 }));
const anyLine = fc.record({
  type: fc.constantFrom(...kinds),
  short: anyText,
  long: fc.boolean(),
  agent: fc.constantFrom(undefined, undefined, "a1", "a2"),
  toolId: fc.constantFrom("t1", "t2", "t3"),
  /** Whether the line repeats the number before it, as a foreign writer may. */
  repeats: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});

type Item = typeof anyLine extends fc.Arbitrary<infer T> ? T : never;

/** Random logs; numbers rise from 0 or 1, and now and then one is there twice. */
const anyItems = fc.record({ first: fc.integer({ min: 0, max: 1 }), items: fc.array(anyLine, { maxLength: 60 }) });

function logOf({ first, items }: { first: number; items: Item[] }, { repeats }: { repeats: boolean }): LogLine[] {
  let seq = first - 1;
  return items.map((item) => {
    seq = repeats && item.repeats && seq >= first ? seq : seq + 1;
    return logLine(seq, fieldsOf(item));
  });
}

function fieldsOf({ type, long, short, agent, toolId }: Item) {
  const content = long ? "x".repeat(3000) : short;
  const own: Record<string, Record<string, unknown>> = {
    user_message: { role: "user", content },
    assistant_message: { content },
    tool_call: { tool_name: "Bash", tool_kind: "shell", tool_id: toolId, input: { command: content } },
    tool_result: { tool_name: null, tool_id: toolId, success: null, output: content, error: null, data: null },
    usage: { input_tokens: 1, output_tokens: 2 },
    heartbeat: { interval_secs: 10 },
  };
  return { type, ...(own[type] ?? { message: content }), ...(agent !== undefined && { agent_id: agent }) };
}

const anyFilter = fc.constantFrom<EventFilter>(
  { detail: "brief" },
  { detail: "full" },
  { detail: "brief", agent: "all" },
  { detail: "brief", agent: "a1" },
  { detail: "full", agent: "main" },
  { detail: "brief", types: ["usage", "heartbeat"] },
  { detail: "brief", types: ["user_message"], agent: "all" },
  { detail: "brief", toolKinds: ["shell"] },
);

/** The plain words of the contract, event by event. */
function isShown({ event }: LogLine, { detail, types, agent = detail === "full" ? "all" : "main", toolKinds }: EventFilter): boolean {
  const quiet = detail === "full" ? ["heartbeat"] : ["provider_status", "usage", "parse_warning", "heartbeat"];
  const agentFits = agent === "all" || (agent === "main" ? event.agent_id === undefined : event.agent_id === agent);
  const kindFits = types ? (types as string[]).includes(event.type) : !quiet.includes(event.type);
  const toolFits = !toolKinds || (event.type === "tool_call" && toolKinds.includes("shell"));
  return agentFits && kindFits && toolFits;
}

const anyRead = fc.record({
  filter: anyFilter,
  limit: fc.integer({ min: 1, max: 12 }),
  maxBytes: fc.constantFrom(1000, 1500, 4000, 200_000),
  maxChars: fc.constantFrom(1, 40, 1000),
});

describe("a walk through a log", () => {
  it.each([{ repeats: false }, { repeats: true }])("forward by next_after_seq shows every event once, in order, and counts the hidden once (%j)", async (shape) => {
    await fc.assert(
      fc.asyncProperty(anyItems, anyRead, async (items, options) => {
        const log = logOf(items, shape);
        const seen: number[] = [];
        const hidden: Record<string, number> = {};
        let place: Place = { at: "start" };
        for (;;) {
          const page = await read(log, { place, ...options });
          expect(bytes(page)).toBeLessThanOrEqual(options.maxBytes);
          seen.push(...seqs(page));
          for (const [kind, count] of Object.entries(page.hidden ?? {})) hidden[kind] = (hidden[kind] ?? 0) + count;
          expect(page.has_more_after === undefined).toBe(page.next_after_seq === undefined);
          if (page.next_after_seq === undefined) break;
          expect(page.events.length).toBeGreaterThan(0);
          place = { at: "after", seq: page.next_after_seq };
        }
        expectEvery(seen, hidden["same_seq"], log.filter((line) => isShown(line, options.filter)));
        // Lines that share a number with an event of the next page are read, and counted, with both.
        expect(shape.repeats || isDeepStrictEqual(hidden, hiddenIn(log, options.filter))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it.each([{ repeats: false }, { repeats: true }])("backward by before_seq shows every event once (%j)", async (shape) => {
    await fc.assert(
      fc.asyncProperty(anyItems, anyRead, async (items, options) => {
        const log = logOf(items, shape);
        const seen: number[] = [];
        let sameSeq = 0;
        let place: Place = { at: "end" };
        for (;;) {
          const page = await read(log, { place, ...options });
          expect(bytes(page)).toBeLessThanOrEqual(options.maxBytes);
          seen.unshift(...seqs(page));
          sameSeq += page.hidden?.["same_seq"] ?? 0;
          if (!page.has_more_before) break;
          place = { at: "before", seq: page.first_seq ?? 0 };
        }
        expectEvery(seen, sameSeq, log.filter((line) => isShown(line, options.filter)));
      }),
      { numRuns: 150 },
    );
  });

  it("from any place shows what lies nearest to it, in whole code points", async () => {
    const anyPlace = fc.record({ name: fc.constantFrom("after", "before", "between"), seq: fc.integer({ min: 0, max: 62 }), span: fc.integer({ min: 1, max: 30 }) });
    await fc.assert(
      fc.asyncProperty(anyItems, anyRead, anyPlace, async (items, options, { name, seq, span }) => {
        const log = logOf(items, { repeats: false });
        const place = (name === "between" ? { at: name, afterSeq: seq, beforeSeq: seq + span } : { at: name, seq }) as Place;
        const page = await read(log, { place, ...options });
        expect(bytes(page)).toBeLessThanOrEqual(options.maxBytes);
        const found = seqs(page);
        expect(found.length).toBeLessThanOrEqual(options.limit);
        const shown = log.filter((line) => isShown(line, options.filter)).map((line) => line.seq);
        const among = shown.filter((one) => (name === "before" ? one < seq : one > seq && (name === "after" || one < seq + span)));
        expect(found).toEqual(name === "before" ? among.slice(among.length - found.length) : among.slice(0, found.length));
        expect(found.length > 0).toBe(among.length > 0);
        const behind = { after: shown.some((one) => one <= seq), before: shown.some((one) => one >= seq), between: false }[name];
        expect((name === "before" ? page.has_more_after : page.has_more_before) ?? false).toBe(behind);
        for (const event of page.events) expect(String(event["text"] ?? "")).not.toMatch(/\p{Surrogate}/u);
      }),
      { numRuns: 300 },
    );
  });

  it("around a seq shows that event and its neighbours, and tells truly what lies beside", async () => {
    await fc.assert(
      fc.asyncProperty(anyItems, anyRead, fc.integer({ min: 0, max: 62 }), async (items, options, seq) => {
        const log = logOf(items, { repeats: false });
        const page = await read(log, { place: { at: "around", seq }, ...options });
        expect(bytes(page)).toBeLessThanOrEqual(options.maxBytes);
        const found = seqs(page);
        const asked = (line: LogLine) => line.seq === seq && isShown(line, explicitOf(options.filter));
        const shown = log.filter((line) => isShown(line, options.filter) || asked(line)).map((line) => line.seq);
        const [first = Infinity, last = -Infinity] = [found[0], found.at(-1)];
        expect(found).toEqual(shown.filter((one) => one >= first && one <= last));
        expect(found.includes(seq)).toBe(shown.includes(seq));
        expect(found.length > 0).toBe(shown.length > 0);
        expect(page.has_more_before ?? false).toBe(shown.some((one) => one < first && first !== Infinity));
        expect(page.has_more_after ?? false).toBe(shown.some((one) => one > last && last !== -Infinity));
      }),
      { numRuns: 300 },
    );
  });
});

/** Each line was seen once, in order; but of lines that share a number those may only be counted that have no room beside the first. */
function expectEvery(seen: number[], sameSeq = 0, shown: readonly LogLine[]): void {
  const numbers = shown.map(({ seq }) => seq);
  const unique = (all: number[]) => (sameSeq === 0 ? all : [...new Set(all)]);
  expect(unique(seen)).toEqual(unique(numbers));
  expect(seen.length + sameSeq).toBe(numbers.length);
}

/** What a filter asks for without its defaults. */
function explicitOf(filter: EventFilter): EventFilter {
  const types = filter.types ?? (kinds as EventFilter["types"]);
  return { ...filter, types, agent: filter.agent ?? "all" };
}

function hiddenIn(log: readonly LogLine[], filter: EventFilter): Record<string, number> {
  const hidden: Record<string, number> = {};
  for (const line of log) {
    if (isShown(line, filter) || !isShown(line, explicitOf(filter)) || (filter.types && filter.agent !== undefined)) continue;
    const name = line.event.agent_id !== undefined && filter.agent === undefined && filter.detail === "brief" ? "agents" : line.event.type;
    hidden[name] = (hidden[name] ?? 0) + 1;
  }
  return hidden;
}

describe("a page", () => {
  const long = logLine(1, { type: "tool_result", tool_name: "Read", output: "é😀".repeat(300_000), data: { deep: ["y".repeat(5000)] } });
  const conversation = [
    ...Array.from({ length: 6 }, (_, index) => logLine(35 + index, { type: "provider_status", message: "tick" })),
    logLine(41, { type: "user_message", role: "user", content: "fix the importer test", ts: "2026-11-22T17:05:07.120Z" }),
    logLine(42, { type: "tool_call", tool_name: "Bash", tool_id: "t", input: { command: "npm test -- importer" }, ts: "2026-11-22T17:05:09Z" }),
    logLine(43, { type: "tool_result", tool_name: "Bash", tool_id: "t", success: false, output: `1 failed ${"x".repeat(6201)}`, ts: "2026-11-22T17:05:39Z" }),
  ];
  const log = [logLine(34, { type: "assistant_message", content: "earlier" }), ...conversation];

  it("reads as in the contract", async () => {
    const page = await read(log, { place: { at: "end" }, limit: 3 });
    expect(page).toEqual({
      events: [
        { seq: 41, type: "user_message", ts: "2026-11-22T17:05:07Z", text: "fix the importer test" },
        { seq: 42, type: "tool_call", tool: "Bash", text: "npm test -- importer" },
        { seq: 43, type: "tool_result", tool: "Bash", of: 42, ok: false, cut: 5210, text: `1 failed ${"x".repeat(991)}` },
      ],
      hidden: { provider_status: 6 },
      first_seq: 35,
      last_seq: 43,
      has_more_before: true,
    });
  });

  it("finds the call of a result before the page", async () => {
    const page = await read(log, { place: { at: "after", seq: 42 } });
    expect(page.events).toMatchObject([{ seq: 43, of: 42, tool: "Bash" }]);
    expect(page.has_more_before).toBe(true);
  });

  it("takes the nearest earlier call where an id is used twice", async () => {
    const twice = [1, 3].flatMap((seq) => [
      logLine(seq, { type: "tool_call", tool_name: `T${seq}`, tool_id: "t", input: null }),
      logLine(seq + 1, { type: "tool_result", tool_name: null, tool_id: "t", output: "x" }),
    ]);
    const page = await read(twice, { place: { at: "start" } });
    expect(page.events.map(({ of, tool }) => [of, tool])).toEqual([[undefined, "T1"], [1, "T1"], [undefined, "T3"], [3, "T3"]]);
  });

  it("shows the asked event even where a default would hide it", async () => {
    const hidden = [...log, logLine(44, { type: "usage", input_tokens: 1, output_tokens: 2, agent_id: "a" })];
    expect(seqs(await read(hidden, { place: { at: "around", seq: 44 } }))).toContain(44);
    expect(seqs(await read(hidden, { place: { at: "around", seq: 44 }, filter: { detail: "brief", agent: "main" } }))).not.toContain(44);
  });

  describe.each(["brief", "full"] as const)("of very many events with one number (%s)", (detail) => {
    const same = Array.from({ length: 5000 }, (_, index) => logLine(7, { type: "user_message", role: "user", content: `said ${index}` }));
    const among = [logLine(6, { type: "assistant_message", content: "before" }), ...same, logLine(8, { type: "assistant_message", content: "after" })];
    const filter = { detail };

    it.each(["after", "before"] as const)("%s a place shows those nearest to it that have room, and counts the others", async (at) => {
      const page = await read(among, { place: at === "after" ? { at, seq: 6 } : { at, seq: 8 }, filter, maxBytes: 1000 });
      expect(bytes(page)).toBeLessThanOrEqual(1000);
      const count = page.events.length;
      expect(count).toBeGreaterThan(3);
      expect(seqs(page)).toEqual(Array(count).fill(7));
      expect(page).toMatchObject({ hidden: { same_seq: 5000 - count }, first_seq: 7, last_seq: 7 });
      expect(page).toMatchObject({ has_more_after: true, has_more_before: true });
    });

    it("leaves them to the next page where another event comes first", async () => {
      const page = await read(among, { place: { at: "start" }, filter, maxBytes: 1000 });
      expect(seqs(page)).toEqual([6]);
      expect(page).toMatchObject({ next_after_seq: 6 });
      expect(page.hidden).toBeUndefined();
    });
  });

  it("gives the whole line with detail full, masked inside its strings only", async () => {
    const line = logLine(1, { type: "user_message", role: "user", content: "a SECRET", message_id: null });
    const signal = new AbortController().signal;
    const mask = (text: string) => text.replaceAll("SECRET", "[secret:x]");
    const query = { place: { at: "end" as const }, filter: { detail: "full" as const }, limit: 1, maxChars: 1, maxBytes: 9000, mask, signal };
    const gathered = await gatherPage(linesInMemory([line]), "s", query);
    const page = fitPage<Page>(gathered, { maxBytes: 9000, wrap: (events, facts) => ({ events, ...facts }) });
    expect(JSON.stringify(page.events[0])).toBe(line.raw.replace("SECRET", "[secret:x]"));
  });

  it.each(["brief", "full"] as const)("shortens the one event that does not fit, and uses its room (%s)", async (detail) => {
    const page = await read([long], { place: { at: "end" }, filter: { detail }, maxBytes: 1000, maxChars: 200_000 });
    expect(bytes(page)).toBeLessThanOrEqual(1000);
    expect(bytes(page)).toBeGreaterThan(900);
    expect(page.events).toHaveLength(1);
  });

  it("says how much a shortened event lost", async () => {
    const [brief] = (await read([long], { place: { at: "end" }, maxBytes: 1000, maxChars: 200_000 })).events;
    expect(brief?.["cut"]).toBe(600_000 - Array.from(String(brief?.["text"])).length);
    const [full] = (await read([long], { place: { at: "end" }, filter: { detail: "full" }, maxBytes: 1000 })).events;
    expect(full?.["truncated"]).toBeGreaterThan(1_000_000);
  });

  it("keeps heartbeats out of every answer that does not name them", async () => {
    const beats = [logLine(1, { type: "heartbeat", interval_secs: 10 })];
    expect(await read(beats, { place: { at: "end" }, filter: { detail: "full" } })).toEqual({ events: [], hidden: { heartbeat: 1 }, first_seq: 1, last_seq: 1 });
    expect(seqs(await read(beats, { place: { at: "end" }, filter: { detail: "brief", types: ["heartbeat"] } }))).toEqual([1]);
  });

  it("of an empty log says nothing but that it is empty", async () => {
    for (const at of ["start", "end"] as const) expect(await read([], { place: { at } })).toEqual({ events: [] });
    expect(await read([], { place: { at: "around", seq: 4 } })).toEqual({ events: [] });
  });

  it("stops looking for more in a long silence, and says that there may be some", async () => {
    const silence = Array.from({ length: 20_000 }, (_, index) => logLine(index + 2, { type: "usage", input_tokens: 1, output_tokens: 1 }));
    let taken = 0;
    const counted = (lines: LogLine[]) => ({
      ...linesInMemory([]),
      *forward() {
        for (const line of lines) {
          taken += 1;
          yield line;
        }
      },
    });
    const query = { place: { at: "start" as const }, filter: { detail: "brief" as const }, limit: 1, maxChars: 9, maxBytes: 9000, mask: (text: string) => text, signal: new AbortController().signal };
    const gathered = await gatherPage(counted([logLine(1, { type: "user_message", content: "x" }), ...silence]), "s", query);
    const page = fitPage<Page>(gathered, { maxBytes: 9000, wrap: (events, facts) => ({ events, ...facts }) });
    expect(page.has_more_after).toBe(true);
    expect(page.next_after_seq).toBe(page.last_seq);
    expect(taken).toBeLessThan(6000);
  });

  it("ends early when the caller goes away", async () => {
    const many = Array.from({ length: 3000 }, (_, index) => logLine(index + 1, { type: "usage", input_tokens: 1, output_tokens: 1 }));
    const query = { place: { at: "start" as const }, filter: { detail: "brief" as const }, limit: 1, maxChars: 9, maxBytes: 9000, mask: (text: string) => text, signal: AbortSignal.abort(new Error("gone")) };
    await expect(gatherPage(linesInMemory(many), "s", query)).rejects.toThrow("gone");
  });
});
