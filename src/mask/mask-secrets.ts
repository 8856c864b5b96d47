import { findAssignments } from "./assignments.js";
import { findAuthorization } from "./authorization.js";
import { findCommandPasswords } from "./command-passwords.js";
import { findCookies } from "./cookies.js";
import { findJwts } from "./jwts.js";
import { mergedSpans } from "./merged-spans.js";
import { findPrivateKeys } from "./private-keys.js";
import { readableView } from "./readable-view.js";
import { replacement } from "./replacement.js";
import type { SecretFinder } from "./secret-span.js";
import { findTokens } from "./tokens/find-tokens.js";
import { findUrlSecrets } from "./url-secrets.js";

/** What can be told by its form comes first, and gives its kind to what overlaps; then what its surroundings say is secret. */
const finders: readonly SecretFinder[] = [findPrivateKeys, findTokens, findJwts, findUrlSecrets, findAuthorization, findCookies, findCommandPasswords, findAssignments];

/** What is masked can lay open what it hid, such as an assignment whose name was read as part of a token; seldom more than once. */
const maxPasses = 4;

/** Names of fields, ids and the like, which come with every answer: those that turned out to hold no secret. */
const clean = new Set<string>();
const longestKept = 64;
const mostKept = 2000;

/**
 * The same text with each secret as `[secret:KIND]`. For plain text and for JSON, whose strings stay strings: escapes are never cut, quotes
 * never taken. A secret is also found where characters of it are written as JSON escapes, or coloured for a terminal.
 * Time is linear in the text, whatever stands in it; masking twice is masking once. UUIDs, hashes and paths stay.
 */
export function maskSecrets(text: string): string {
  if (clean.has(text)) return text;
  let masked = text;
  for (let pass = 0; pass < maxPasses; pass += 1) {
    const before = masked;
    masked = maskOnce(before);
    if (masked === before) break;
  }
  if (masked === text && text.length <= longestKept) keepClean(text);
  return masked;
}

function keepClean(text: string): void {
  if (clean.size >= mostKept) clean.clear();
  clean.add(text);
}

function maskOnce(text: string): string {
  const view = readableView(text);
  const found = finders.flatMap((find) => [...find(view.text)]);
  if (found.length === 0) return text;
  let masked = "";
  let at = 0;
  for (const { start, end, kind } of mergedSpans(found)) {
    masked += text.slice(at, view.place(start).start) + replacement(kind);
    at = view.place(end - 1).end;
  }
  return masked + text.slice(at);
}
