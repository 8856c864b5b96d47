import { quote } from "./quote.js";
import type { SecretSpan } from "./secret-span.js";
import { looksRandom } from "./secret-value.js";

const bearer = /\b(bearer[ \t]{1,4})([A-Za-z0-9._~+/-]{16,}={0,2})/gi;
/** The header with its value, in the forms of HTTP, JSON and command lines. */
const basic = new RegExp(String.raw`(authorization${quote}[ \t]{0,4}[:=][ \t]{0,4}${quote}(?:basic|token|digest|bot|apikey)[ \t]{1,4})([A-Za-z0-9._~+/-]{8,}={0,2})`, "gi");
/** Docker's `auth`: user and password as base64. */
const encoded = new RegExp(String.raw`(\bauth${quote}[ \t]{0,4}[:=][ \t]{0,4}${quote})([A-Za-z0-9+/]{12,}={0,2})`, "g");

/** What follows `Bearer`, the value of `Authorization: Basic …`, and the same pair under `auth`. */
export function* findAuthorization(text: string): Generator<SecretSpan> {
  for (const { 0: whole, 1: before = "", 2: token = "", index } of text.matchAll(bearer)) {
    if (looksRandom(token)) yield { start: index + before.length, end: index + whole.length, kind: "bearer-token" };
  }
  for (const { 0: whole, 1: before = "", index } of text.matchAll(basic)) {
    yield { start: index + before.length, end: index + whole.length, kind: "authorization" };
  }
  for (const { 0: whole, 1: before = "", 2: pair = "", index } of text.matchAll(encoded)) {
    if (isUserAndPassword(pair)) yield { start: index + before.length, end: index + whole.length, kind: "authorization" };
  }
}

function isUserAndPassword(base64: string): boolean {
  return /^[\x20-\x39\x3b-\x7e]*:[\x20-\x7e]+$/.test(Buffer.from(base64.slice(0, 400), "base64").toString("latin1"));
}
