import { closeSync, constants, fdatasyncSync, fstatSync, truncateSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { systemCode } from "../errors.js";
import { makePrivateDir } from "../io/atomic-write.js";
import { lineChunks, readFully } from "../io/lines.js";
import { makePrivate } from "../io/private-mode.js";
import { openRegular } from "../io/regular-file.js";
import { statIfThere } from "../io/stat-if-there.js";
import type { AgentLogEvent, EventDraft } from "../schema/event.js";
import { GroupSync } from "./group-sync.js";
import { logIoError } from "./log-io-error.js";
import { LogScan } from "./log-scan.js";
import { examineTornTail } from "./torn-tail.js";

const newline = 10;
const mostTailLooks = 10;
const trustedMs = 20;

/** Lines to be written: `text` holds one for each of `events`, which begin in it at `starts`. */
export interface NewLines {
  text: Buffer;
  starts: readonly number[];
  events: AgentLogEvent[];
}

/** The file of a log, kept open, and what was read of it. Writing is for those who hold the log's lock. */
export class LogBytes {
  readonly #path: string;
  #fd: number;
  #inode: number;
  /** When the file was last seen at its path. */
  #seenMs = performance.now();
  #sync: GroupSync;
  #scan = new LogScan();
  /** Length of the file when it was last looked at. */
  #seenBytes = 0;

  /**
   * Takes from others what they may do with the file, and takes in what it holds.
   * @param options.make Makes it and its folders where they are missing; else that is an `ENOENT`.
   */
  constructor(path: string, { make }: { make: boolean }) {
    this.#path = path;
    if (make) makePrivateDir(dirname(path));
    makePrivate(dirname(path));
    this.#fd = openRegular(path, constants.O_RDWR | constants.O_APPEND | (make ? constants.O_CREAT : 0));
    makePrivate(path);
    this.#inode = fstatSync(this.#fd).ino;
    this.#sync = new GroupSync(this.#fd);
    this.#takeIn();
  }

  get scan(): LogScan {
    return this.#scan;
  }

  /** Whether bytes of no whole line stand at the end. */
  get isTorn(): boolean {
    return this.#sizeNow() !== this.#scan.sizeBytes;
  }

  /**
   * Takes in what others wrote.
   * @returns False where the file at the path is another one by now, is gone, or shrank: open it anew.
   */
  refresh(): boolean {
    const { nlink, size } = fstatSync(this.#fd);
    this.#seenBytes = size;
    if (nlink === 0 || size < this.#scan.sizeBytes || !this.#isInPlace()) return false;
    if (size > this.#scan.sizeBytes) this.#takeIn();
    return true;
  }

  /** Loads the origins, or the keys, that the log holds; once. */
  loadKeys(which: "origins" | "keys"): Map<string, number> {
    if (!this.#scan[which]) this.#scan.loadKeys(which, this.#chunks(0, this.#scan.sizeBytes));
    return this.#scan[which] ?? new Map();
  }

  /**
   * Ends the file in a newline: closes or cuts off what a killed writer left. Where others that take no lock go on writing
   * their half is closed at last, never cut off: whole lines of theirs may stand behind it. To be called after `refresh`, whose look does for
   * a file that is whole.
   * @param toLines Makes the line of a warning.
   */
  repair(toLines: (warning: EventDraft) => NewLines): void {
    if (this.#seenBytes === this.#scan.sizeBytes) return;
    for (let looks = 1; this.isTorn && looks <= mostTailLooks; looks += 1) {
      const place = { start: this.#scan.sizeBytes, end: this.#sizeNow() };
      const tail = examineTornTail(this.#fd, place, () => this.#sizeNow());
      if (tail.kind === "close" || (tail.kind === "moved" && looks === mostTailLooks)) writeSync(this.#fd, "\n");
      if (tail.kind === "cut") {
        truncateSync(this.#path, place.start);
        this.write(toLines(tail.warning));
      } else {
        this.#takeIn();
      }
    }
  }

  /**
   * Writes lines behind the last, all or none.
   * @returns The bytes they fill.
   * @throws {CoreError} `LOG_IO`, saying how many events were written; none but where the file could not be cut back.
   */
  write({ text, events }: NewLines): { fromByte: number; toByte: number } {
    const before = this.#scan.sizeBytes;
    this.#writeAll(text, { before, count: events.length });
    if (this.#sizeNow() === before + text.length) {
      this.#scan.takeEvents(events, text.length);
      return { fromByte: before, toByte: before + text.length };
    }
    return this.#findAmongOthers({ text, events }, before);
  }

  /** Blocks until what was written is on disk. */
  syncNow(): void {
    fdatasyncSync(this.#fd);
  }

  /** Resolves when what was written is on disk. Calls at one time share the work. */
  sync(): Promise<void> {
    return this.#sync.sync();
  }

  /** Closes the file, after what is being synced. */
  close(): void {
    const fd = this.#fd;
    if (this.#sync.isIdle) closeSync(fd);
    else void this.#sync.idle().then(() => closeSync(fd));
  }

  #writeAll(text: Buffer, { before, count }: { before: number; count: number }): void {
    let written = 0;
    try {
      while (written < text.length) written += writeSync(this.#fd, text, written);
    } catch (error) {
      const kept = this.#cutBack({ before, written }) ? 0 : text.subarray(0, written).filter((byte) => byte === newline).length;
      throw logIoError(`Cannot append to log "${this.#path}": ${kept} of ${count} events were written`, error);
    }
  }

  /** Takes back a part that was written. @returns False where the file now holds bytes of others too, or cannot be cut. */
  #cutBack({ before, written }: { before: number; written: number }): boolean {
    if (this.#sizeNow() !== before + written) return written === 0;
    try {
      truncateSync(this.#path, before);
      return true;
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      return written === 0;
    }
  }

  /** A writer that takes no lock came between: its bytes stand before or behind ours. */
  #findAmongOthers({ text, events }: Omit<NewLines, "starts">, before: number): { fromByte: number; toByte: number } {
    const region = Buffer.alloc(this.#sizeNow() - before);
    readFully(this.#fd, region, before);
    const at = Math.max(0, region.indexOf(text));
    this.#takeIn();
    const first = events[0];
    if (at > 0 && region[at - 1] !== newline && first) {
      // Our first line continues half a line of theirs, and cannot be read.
      const lineEnd = text.indexOf(newline) + 1;
      return this.write({ text: text.subarray(0, lineEnd), starts: [0], events: [first] });
    }
    return { fromByte: before + at, toByte: before + at + text.length };
  }

  /** Removed and overwritten files have no link left; one that was moved away is looked for now and then only. */
  #isInPlace(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#seenMs < trustedMs) return true;
    this.#seenMs = nowMs;
    return statIfThere(this.#path)?.ino === this.#inode;
  }

  #takeIn(): void {
    for (const chunk of this.#chunks(this.#scan.sizeBytes, this.#sizeNow())) this.#scan.takeChunk(chunk);
  }

  *#chunks(fromByte: number, toByte: number): Generator<Buffer> {
    for (const { bytes } of lineChunks(this.#fd, { fromByte, toByte, reuse: true })) yield bytes;
  }

  #sizeNow(): number {
    this.#seenBytes = fstatSync(this.#fd).size;
    return this.#seenBytes;
  }
}
