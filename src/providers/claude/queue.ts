import { stringAt } from "../json.js";
import { shortHash } from "../record-key.js";
import type { ParsedEvent } from "../provider.js";
import type { Output, RecordReading } from "./output.js";
import type { QueuedText, QueueState } from "./state.js";
import { classifyText } from "./user-text.js";

/** Bounds of each list of the queue, and of the texts that wait in it. */
const maxEntries = 64;
const maxTextChars = 1024 * 1024;

/** Print of a prompt, by which its carriers (queue, attachment, user record) are matched. */
export function promptPrint(text: string): string {
  return shortHash(text.trim());
}

/**
 * Reads a `queue-operation`. A prompt typed while a turn runs is enqueued, and leaves the queue by
 * - `dequeue`: its user record follows, so nothing is said;
 * - `popAll`: back to the input line; it comes again when it is sent;
 * - `remove`: into the running turn. Versions without attachments (2.1.29, 2.1.37) write nothing more: it is said from here.
 *   Later ones write a `queued_command` attachment just after (seldom before), which says it; where none has come by the
 *   next reply, it is said after all. A `reason` other than `absorbed_mid_turn` means that this conversation never got it.
 */
export function readQueueOperation(reading: RecordReading): void {
  const { record } = reading;
  const { queue } = reading.state.plain;
  const operation = stringAt(record, "operation") ?? "unknown";
  const reason = stringAt(record, "reason");
  const data: { operation: string; reason?: string; content?: string } = reason === undefined ? { operation } : { operation, reason };
  if (operation === "enqueue") enqueue(reading, stringAt(record, "content") ?? "");
  else if (operation === "dequeue") bounded(queue.leaving, queue.waiting.shift());
  else if (operation === "popAll") queue.waiting = [];
  else if (operation === "remove") {
    const entry = taken(queue, stringAt(record, "content"));
    if (reason === undefined || reason === "absorbed_mid_turn") remove(reading, entry);
    else if (reason !== "delivered_to_agent" && entry?.text) data.content = entry.text;
  }
  reading.status("queue-operation", data);
}

function enqueue(reading: RecordReading, text: string): void {
  const { queue } = reading.state.plain;
  queue.waiting.push({ hash: text ? promptPrint(text) : "", text, recordKey: reading.key, ts: reading.ts, offsetBytes: reading.offsetBytes });
  sayOverflow(reading.out, queue.waiting);
}

/** What a list can not hold any more is said, oldest first: no prompt is lost. */
function sayOverflow(out: Output, list: QueuedText[]): void {
  while (list.length > maxEntries || textChars(list) > maxTextChars) {
    const oldest = list.shift();
    if (oldest?.hash) sayQueued(out, oldest);
  }
}

function textChars(entries: readonly QueuedText[]): number {
  return entries.reduce((sum, entry) => sum + entry.text.length, 0);
}

/** Adds to a bounded list; what falls out of it has its user record still to come. */
function bounded(list: QueuedText[], entry: QueuedText | undefined): void {
  if (!entry?.hash) return;
  list.push(entry);
  while (list.length > maxEntries || textChars(list) > maxTextChars) list.shift();
}

/** Takes the entry with that text, or else the oldest, out of the queue. */
function taken(queue: QueueState, content: string | undefined): QueuedText | undefined {
  if (content !== undefined) return takeByHash(queue.waiting, promptPrint(content));
  if (queue.early === 0) return queue.waiting.shift();
  queue.early -= 1;
  return undefined;
}

function takeByHash<T extends { hash: string }>(list: T[], hash: string): T | undefined {
  const index = list.findIndex((entry) => entry.hash === hash);
  return index === -1 ? undefined : list.splice(index, 1)[0];
}

function remove(reading: RecordReading, entry: QueuedText | undefined): void {
  if (!entry?.hash) return;
  const { plain } = reading.state;
  const said = { ...entry, recordKey: reading.key, ts: reading.ts, offsetBytes: reading.offsetBytes };
  if (!plain.hasAttachments) return sayQueued(reading.out, said);
  plain.queue.removed.push(said);
  sayOverflow(reading.out, plain.queue.removed);
}

/**
 * Looks whether a prompt that came as a user record, or as a `queued_command` attachment, is still to be said. It is taken out
 * of the queue where it stands there.
 * @param via What carries it.
 * @returns undefined where it was said before; else the origin to say it under, if not the carrier's own. (What a remove took
 *   into the turn always has the origin of the remove, whether or not its attachment comes in time.)
 */
export function claimPrompt(reading: RecordReading, text: string, via: "record" | "attachment"): { origin?: string } | undefined {
  const { queue } = reading.state.plain;
  const hash = promptPrint(text);
  if (via === "record" && takeByHash(queue.leaving, hash)) return {};
  const removed = takeByHash(queue.removed, hash);
  if (removed) return { origin: saidOrigin(removed) };
  const spoken = queue.spoken.findIndex((entry) => entry.hash === hash && (via === "attachment" || !entry.replied));
  if (spoken !== -1) {
    queue.spoken.splice(spoken, 1);
    return undefined;
  }
  if (takeByHash(queue.waiting, hash)) {
    if (via === "attachment") queue.early += 1;
    else putBack(queue);
  }
  return {};
}

function saidOrigin(entry: QueuedText): string {
  return `${entry.recordKey}/said`;
}

/** The queue was not emptied in order: what we thought had left still waits. */
function putBack(queue: QueueState): void {
  const wrong = queue.leaving.shift();
  if (wrong) queue.waiting.unshift(wrong);
}

/**
 * A new reply began: what was taken into the turn and has not come as an attachment is said now, and user records of what left
 * the queue before will not come any more (they come in other words: pasted text, slash commands).
 */
export function replyBegan(out: Output): void {
  const { queue } = out.state.plain;
  sayRemoved(out);
  queue.leaving = [];
  for (const entry of queue.spoken) entry.replied = true;
}

/** Says what was taken into the running turn and still waits for its attachment. */
export function sayRemoved(out: Output): void {
  const { queue } = out.state.plain;
  const removed = queue.removed;
  queue.removed = [];
  for (const entry of removed) sayQueued(out, entry);
}

function sayQueued(out: Output, entry: QueuedText): void {
  const { queue } = out.state.plain;
  queue.spoken.push({ hash: entry.hash, replied: false });
  if (queue.spoken.length > maxEntries) queue.spoken.shift();
  const read = classifyText(entry.text);
  const event: ParsedEvent = {
    origin: saidOrigin(entry),
    kind:
      read.as === "status"
        ? { type: "provider_status", message: read.message, data: read.data }
        : { type: "user_message", role: "user", content: read.text, message_id: null },
    offsetBytes: entry.offsetBytes,
  };
  if (entry.ts) event.ts = entry.ts;
  out.push(event);
}
