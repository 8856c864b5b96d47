import { mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { NativeFile, Provider } from "../../src/providers/provider.js";
import type { AgentLogEvent } from "../../src/schema/event.js";
import { readLogs } from "../helpers/logged.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { tempDir } from "../helpers/temp-dir.js";
import { openIngest, type OpenIngest } from "../ingest/open-ingest.js";
import type { ProviderFixture } from "./provider-suite.js";

/** A fixture where the provider would have it, in a home of its own. */
class Placed {
  readonly opened: OpenIngest;
  readonly #file: NativeFile;
  readonly #fixture: ProviderFixture;
  #writtenMs = Date.parse("2026-01-01T00:00:00.000Z");

  constructor(provider: Provider, fixture: ProviderFixture) {
    const environment = { homeDir: tempDir(), variables: {}, platform: "linux" as const };
    const root = provider.roots(environment)[0] ?? "";
    const file = provider.classify(root, fixture.path);
    if (!file) throw new Error(`Fixture ${fixture.name}: no native file of ${provider.name}: ${fixture.path}`);
    this.#file = file;
    this.#fixture = fixture;
    this.opened = openIngest({ enabled: [provider.name], environment });
    for (const [name, text] of Object.entries(fixture.companions)) write(file.companionPaths?.[name] ?? "", text);
  }

  /** Has the file hold the first bytes of the fixture, in place or as another file of that name. */
  put(sizeBytes = this.#fixture.bytes.length, { asNew = false } = {}): void {
    const bytes = this.#fixture.bytes.subarray(0, sizeBytes);
    const path = asNew ? `${this.#file.path}.tmp` : this.#file.path;
    write(path, bytes);
    // What was written a moment ago may be half of something.
    this.#writtenMs += 60_000;
    utimesSync(path, this.#writtenMs / 1000, this.#writtenMs / 1000);
    if (asNew) renameSync(path, this.#file.path);
  }

  /** Has the file hold the fixture with something before its last line. */
  putWith(line: Buffer): void {
    const { bytes } = this.#fixture;
    const at = bytes.lastIndexOf(10, bytes.length - 2) + 1;
    write(this.#file.path, Buffer.concat([bytes.subarray(0, at), line, Buffer.from("\n"), bytes.subarray(at)]));
  }

  /** @returns How many events it appended. @throws {Error} where a file could not be read. */
  async import(): Promise<number> {
    const { events, failed } = await this.opened.ingest.import({ dryRun: false, force: false });
    if (failed.length > 0) throw new Error(`Not read: ${JSON.stringify(failed)}`);
    return events;
  }

  get events(): AgentLogEvent[] {
    return [...readLogs(this.opened.dir).values()].flat();
  }
}

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

const spoken = new Set(["user_message", "assistant_message", "reasoning", "tool_call", "tool_result", "permission", "user_event", "session_ended"]);

/** What depends on neither the moment of reading nor the folder: the conversation, by record, and how often a session began. */
function conversation(events: readonly AgentLogEvent[]): string[] {
  // Not by time: what seemed to be over (a call without a result, a prompt in a queue) may get its own record after all.
  const said = events.filter(({ type }) => spoken.has(type)).map(({ type, origin }) => `${type} ${origin}`);
  return [...said, ...events.filter(({ type }) => type === "session_started").map(({ type }) => type)].toSorted();
}

function tokens(events: readonly AgentLogEvent[]): number[] {
  const sums = [0, 0, 0, 0];
  for (const event of events) {
    if (event.type !== "usage") continue;
    const numbers = [event.input_tokens, event.output_tokens, event.cache_read_tokens ?? 0, event.cache_creation_tokens ?? 0];
    for (const [at, number] of numbers.entries()) sums[at] = (sums[at] ?? 0) + number;
  }
  return sums;
}

/** What holds of every provider when the engine reads its files into logs. */
export function engineSuite(provider: Provider, fixtures: readonly ProviderFixture[]): void {
  const root = "/root";
  const growing = fixtures.filter(({ path }) => provider.classify(root, path)?.format !== "document");

  describe(`the engine on files of ${provider.name}`, () => {
    test.each(growing)("writes the same for $name, read at once or while it grows", async (fixture) => {
      const seed = newSeed();
      const random = seededRandom(seed);
      const whole = new Placed(provider, fixture);
      whole.put();
      await whole.import();
      const grown = new Placed(provider, fixture);
      const sizes = Array.from({ length: 4 }, () => Math.floor(random() * fixture.bytes.length)).toSorted((a, b) => a - b);
      for (const size of [...sizes, fixture.bytes.length]) {
        grown.put(size);
        await grown.import();
      }
      expect(conversation(grown.events), `seed ${seed}, sizes ${sizes.join()}`).toEqual(conversation(whole.events));
      expect(tokens(grown.events), `seed ${seed}`).toEqual(tokens(whole.events));
    });

    const mains = growing.filter(({ path }) => provider.classify(root, path)?.role === "main");
    const longest = mains.toSorted((a, b) => b.bytes.length - a.bytes.length).slice(0, 1);

    // There is none where all files are documents.
    test.each(longest)("reads around a line of 50 MB, whole JSON or not, in $name", async (fixture) => {
      const whole = new Placed(provider, fixture);
      whole.put();
      await whole.import();
      const text = Buffer.alloc(50 << 20, "tide table ");
      for (const [head, tail] of [['{"type":"unheard_of","payload":{"text":"', '"}}'], ['{"type":"user","text":"', ""]] as const) {
        const large = new Placed(provider, fixture);
        large.putWith(Buffer.concat([Buffer.from(head), text, Buffer.from(tail)]));
        await large.import();
        expect(conversation(large.events)).toEqual(conversation(whole.events));
        expect(tokens(large.events)).toEqual(tokens(whole.events));
      }
    });

    test.each(fixtures)("appends nothing when $name is read again: touched, replaced, cut and restored, without checkpoints", async (fixture) => {
      const placed = new Placed(provider, fixture);
      placed.put();
      await placed.import();
      const before = placed.events;
      expect(await placed.import()).toBe(0);
      placed.put();
      expect(await placed.import()).toBe(0);
      placed.put(fixture.bytes.length, { asNew: true });
      expect(await placed.import()).toBe(0);
      for (const name of readdirSync(placed.opened.dir)) if (name.startsWith("import.sqlite")) rmSync(join(placed.opened.dir, name));
      expect(await placed.import()).toBe(0);
      expect(placed.events).toEqual(before);
    });

    test.each(growing)("says nothing of $name twice when it was cut and written again", async (fixture) => {
      const placed = new Placed(provider, fixture);
      placed.put();
      await placed.import();
      const before = placed.events;
      placed.put(Math.floor(fixture.bytes.length / 2));
      await placed.import();
      placed.put();
      await placed.import();
      expect(conversation(placed.events)).toEqual(conversation(before));
      expect(tokens(placed.events)).toEqual(tokens(before));
    });
  });
}
