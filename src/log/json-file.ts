import { dirname } from "node:path";
import type { z } from "zod";
import { hasSystemCode } from "../errors.js";
import { makePrivateDir, writeFileAtomic } from "../io/atomic-write.js";
import type { FileIdentity } from "../io/file-identity.js";
import { fileLock } from "../io/file-lock.js";
import { moveAside } from "../io/moved-aside.js";
import { NotRegularFile, readRegular } from "../io/regular-file.js";
import { logIoError } from "./log-io-error.js";
import { parseJson } from "../schema/parse-json.js";

/** Tells people of something that was put right or left out; never holds recorded text. */
export type OnWarning = (message: string) => void;

export interface JsonFileOptions {
  onWarning?: OnWarning;
  /** Milliseconds to wait for another process that changes the file; 5,000 where absent. */
  timeoutMs?: number;
}

/** A small JSON file that several processes read, change and write whole. */
export interface JsonFile<T> {
  path: string;
  lockPath: string;
  schema: z.ZodType<T>;
  /** What a file that is not there stands for. */
  empty(): T;
  /** What a file that cannot be read is replaced by: the same facts from the logs. */
  rebuild(): T;
  /** Called under the lock when it was written. */
  onWritten?(written: FileIdentity): void;
}

/**
 * What the file holds. One that cannot be read is moved aside as `<name>.corrupt-<time>`, rebuilt and reported.
 * @throws {CoreError} `LOCK_TIMEOUT`, only where it had to be rebuilt. System errors other than `ENOENT` as they are.
 */
export function readJsonFile<T>(file: JsonFile<T>, options: JsonFileOptions = {}): T {
  const read = tryRead(file);
  return read.state === "read" ? read.value : updateJsonFile(file, () => {}, options);
}

/**
 * Reads the file, lets `change` change the value and writes it back, all under a lock between processes.
 * It is written whole, with 2 spaces of indent, and only where its text changes; readers see the old text or the new one.
 * @returns The value as it now stands.
 * @throws {CoreError} `LOCK_TIMEOUT`, `LOG_IO`.
 */
export function updateJsonFile<T>(file: JsonFile<T>, change: (value: T) => void, options: JsonFileOptions = {}): T {
  try {
    return update(file, change, options);
  } catch (error) {
    throw logIoError(`Cannot update "${file.path}"`, error);
  }
}

function update<T>(file: JsonFile<T>, change: (value: T) => void, options: JsonFileOptions): T {
  makePrivateDir(dirname(file.path));
  const lock = fileLock(file.lockPath);
  const first = lock.withLock(() => updateLocked(file, change), timeoutOf(options));
  if (first.done) return first.value;
  // Rebuilding reads logs and may take long: it is done without the lock, so that nobody waits for it.
  const rebuilt = file.rebuild();
  const again = lock.withLock(() => updateLocked(file, change, { value: rebuilt, options }), timeoutOf(options));
  return again.done ? again.value : rebuilt;
}

/** @param rebuilt What takes the place of a file that cannot be read; without it such a file is left as it is. */
function updateLocked<T>(
  file: JsonFile<T>,
  change: (value: T) => void,
  rebuilt?: { value: T; options: JsonFileOptions },
): { done: true; value: T } | { done: false } {
  const read = tryRead(file);
  if (read.state === "corrupt" && !rebuilt) return { done: false };
  const value = read.state === "corrupt" ? (rebuilt?.value as T) : read.value;
  const before = read.state === "corrupt" ? "" : read.text;
  change(value);
  const after = toText(value);
  if (read.state === "corrupt") setAside(file, rebuilt?.options ?? {});
  if (after !== before) {
    const written = writeFileAtomic(file.path, after);
    file.onWritten?.(written);
  }
  return { done: true, value };
}

/** How long a lock may be waited for, as locks are told it. */
export function timeoutOf({ timeoutMs }: JsonFileOptions): { timeoutMs?: number } {
  return timeoutMs === undefined ? {} : { timeoutMs };
}

type Read<T> = { state: "read"; value: T; text: string } | { state: "corrupt" };

function tryRead<T>(file: JsonFile<T>): Read<T> {
  let text: string;
  try {
    text = readRegular(file.path);
  } catch (error) {
    // A folder may hold what somebody keeps there: it is told, and left.
    if (error instanceof NotRegularFile && error.kind !== "a folder") return { state: "corrupt" };
    if (!hasSystemCode(error, "ENOENT")) throw error;
    return { state: "read", value: file.empty(), text: toText(file.empty()) };
  }
  const parsed = file.schema.safeParse(parseJson(text));
  return parsed.success ? { state: "read", value: parsed.data, text } : { state: "corrupt" };
}

function toText(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function setAside<T>(file: JsonFile<T>, { onWarning }: JsonFileOptions): void {
  const aside = moveAside(file.path, Date.now());
  onWarning?.(`${file.path} could not be read: moved to ${aside}, rebuilt from the logs`);
}
