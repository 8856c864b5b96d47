import { closeSync, fstatSync } from "node:fs";
import { systemCode } from "../../errors.js";
import { lineChunks } from "../../io/lines.js";
import { NotRegularFile, openRegular } from "../../io/regular-file.js";
import { eventKinds, EventExtras, EventHead, isEventLine } from "../../schema/event.js";
import type { Finding, FindingCode } from "../../schema/health.js";
import { parseJson } from "../../schema/parse-json.js";
import { foldSessionId } from "../../schema/session-id.js";
import { parseTime } from "../../schema/time.js";
import type { LogRef } from "../log-place.js";
import { DoubledNames } from "./doubled-names.js";
import { addLineFacts, noLineFacts, type Fields, type LineFacts } from "./line-facts.js";
import { SeqOrder } from "./seq-order.js";

/** Who compares a log with what is known of it elsewhere, while it is read. */
export interface LineWitness {
  /** An event, in log order. @param place Where its line begins, and ends behind its newline. */
  take(fields: Fields, place: { offsetBytes: number; endBytes: number }): void;
}

export interface CheckedLog {
  log: LogRef;
  inode: number;
  /** Bytes of whole lines, and of the file, as they were read. */
  wholeBytes: number;
  sizeBytes: number;
  facts: LineFacts;
  findings: Finding[];
}

const newline = 10;
const uniqueNames = ["origin", "key"] as const;

/**
 * Reads a log to the end that it has now, in steps: each gives the bytes that were read in it. What is kept is bounded, but for 40 bytes an origin or key.
 * @param witnesses Shown each event.
 */
export function* checkLog(log: LogRef, witnesses: readonly LineWitness[] = []): Generator<number, CheckedLog> {
  const walk = new LogWalk(log, witnesses);
  try {
    yield* walk.read();
    return walk.result();
  } catch (error) {
    const reason = error instanceof NotRegularFile ? error.kind : systemCode(error);
    if (reason === undefined) throw error;
    // One that was removed since its folder was read is no log any more.
    const findings: Finding[] = reason === "ENOENT" ? [] : [{ code: "unreadable_log", path: log.path, sessionId: log.id, what: reason }];
    return { log, inode: 0, wholeBytes: 0, sizeBytes: 0, facts: noLineFacts(), findings };
  }
}

class LogWalk {
  readonly #log: LogRef;
  readonly #witnesses: readonly LineWitness[];
  readonly #facts = noLineFacts();
  readonly #order = new SeqOrder();
  readonly #names = { origin: new DoubledNames(), key: new DoubledNames() };
  readonly #strange = new LineTally();
  readonly #unreadable = new LineTally();
  readonly #stranger = new LineTally();
  #doubled: { origin: number; key: number } = { origin: 0, key: 0 };
  #line = 0;
  #file = { inode: 0, wholeBytes: 0, sizeBytes: 0 };

  constructor(log: LogRef, witnesses: readonly LineWitness[]) {
    this.#log = log;
    this.#witnesses = witnesses;
  }

  *read(): Generator<number, void> {
    const fd = openRegular(this.#log.path);
    try {
      const { ino, size } = fstatSync(fd);
      this.#file = { inode: ino, wholeBytes: 0, sizeBytes: size };
      for (const chunk of lineChunks(fd, { fromByte: 0, toByte: size, reuse: true })) {
        for (const line of linesOf(chunk)) this.#take(line.bytes, line);
        this.#file.wholeBytes = chunk.offsetBytes + chunk.bytes.length;
        yield chunk.bytes.length;
      }
      yield* this.#countDoubled(fd);
    } finally {
      closeSync(fd);
    }
  }

  result(): CheckedLog {
    return { log: this.#log, ...this.#file, facts: this.#facts, findings: this.#findings() };
  }

  #take(bytes: Buffer, place: { offsetBytes: number; endBytes: number }): void {
    this.#line += 1;
    const text = bytes.toString("utf8");
    if (text.trim() === "") return;
    const value = parseJson(text);
    if (!isEventLine(value)) {
      this.#unreadable.add(this.#line);
      this.#order.skip();
      return;
    }
    const fields = value as unknown as Fields;
    const wrong = wrongField(fields);
    if (wrong !== undefined) this.#strange.add(this.#line, wrong);
    if (foldSessionId(String(fields["wrapper_session_id"])) !== foldSessionId(this.#log.id)) this.#stranger.add(this.#line);
    for (const name of uniqueNames) if (typeof fields[name] === "string") this.#names[name].add(fields[name]);
    this.#order.take(value.seq, fields, this.#line);
    addLineFacts(this.#facts, fields);
    for (const witness of this.#witnesses) witness.take(fields, place);
  }

  /** Two names may have one number: those that seem to be doubled are counted by reading the log again. */
  *#countDoubled(fd: number): Generator<number, void> {
    const suspects = uniqueNames.filter((name) => this.#names[name].suspects.size > 0);
    if (suspects.length === 0) return;
    const seen = { origin: new Set<string>(), key: new Set<string>() };
    for (const chunk of lineChunks(fd, { fromByte: 0, toByte: this.#file.wholeBytes, reuse: true })) {
      for (const { bytes } of linesOf(chunk)) {
        const value = parseJson(bytes.toString("utf8"));
        for (const name of isEventLine(value) ? suspects : []) {
          const text = (value as unknown as Fields)[name];
          if (typeof text !== "string" || !this.#names[name].suspects.has(text)) continue;
          if (seen[name].has(text)) this.#doubled[name] += 1;
          seen[name].add(text);
        }
      }
      yield 0;
    }
  }

  #findings(): Finding[] {
    const { breaks, foreignBreaks, first } = this.#order;
    const tornBytes = this.#file.sizeBytes - this.#file.wholeBytes;
    const found: (readonly [FindingCode, number, string])[] = [
      ["unreadable_lines", this.#unreadable.count, this.#unreadable.said],
      ["wrong_fields", this.#strange.count, this.#strange.said],
      ["wrong_session", this.#stranger.count, `${this.#stranger.said} of another session`],
      ["seq_break", breaks, `${breaks} breaks in seq, the first at line ${first?.line}: ${first?.seq} after ${first?.before}`],
      ["foreign_seq", foreignBreaks, `${foreignBreaks} breaks in seq by another program`],
      ["doubled_origin", this.#doubled.origin, `${this.#doubled.origin} events with an origin that stands before`],
      ["doubled_key", this.#doubled.key, `${this.#doubled.key} events with a key that stands before`],
      ["torn_tail", tornBytes, `${tornBytes} bytes without a newline at the end`],
    ];
    return found.filter(([, count]) => count > 0).map(([code, , what]) => ({ code, path: this.#log.path, sessionId: this.#log.id, what }));
  }
}

/** Lines of one sort: how many, and the first. */
class LineTally {
  count = 0;
  #first = "";

  add(line: number, more = ""): void {
    this.count += 1;
    if (this.count === 1) this.#first = `line ${line}${more === "" ? "" : ` (${more})`}`;
  }

  get said(): string {
    return this.count === 1 ? this.#first : `${this.count} lines, the first ${this.#first}`;
  }
}

function* linesOf({ offsetBytes, bytes }: { offsetBytes: number; bytes: Buffer }): Generator<{ bytes: Buffer; offsetBytes: number; endBytes: number }> {
  let start = 0;
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
    yield { bytes: bytes.subarray(start, end), offsetBytes: offsetBytes + start, endBytes: offsetBytes + end + 1 };
    start = end + 1;
  }
}

/** The first field of an event that is missing or wrong. Of kinds that nobody knows only the head is looked at. */
function wrongField(fields: Fields): string | undefined {
  const type = String(fields["type"]);
  const kind = Object.hasOwn(eventKinds, type) ? eventKinds[type as keyof typeof eventKinds] : undefined;
  for (const schema of [EventHead, EventExtras, ...(kind ? [kind] : [])]) {
    const { error } = schema.safeParse(fields);
    if (error) return String(error.issues[0]?.path[0] ?? type);
  }
  return parseTime(String(fields["ts"])) === undefined ? "ts" : undefined;
}
