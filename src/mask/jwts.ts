import type { SecretSpan } from "./secret-span.js";

/** Parts with dots between them; one start for each run, so that time is linear. */
const run = /(?<![\w.-])[\w.-]{20,}/g;
/** The begin of `{"` as base64, where no word goes on. */
const object = /(?<![A-Za-z0-9])eyJ[\w-]{8}/;
const payload = /^eyJ[\w-]{8}/;
/** Parts behind the header: payload and signature, or the four of an encrypted one. */
const most = 4;

/** JSON web tokens, also without their signature. */
export function* findJwts(text: string): Generator<SecretSpan> {
  if (!text.includes(".eyJ")) return;
  for (const { 0: word, index } of text.matchAll(run)) {
    if (word.includes(".eyJ")) yield* within(word, index);
  }
}

function* within(word: string, wordAt: number): Generator<SecretSpan> {
  const parts = word.split(".");
  for (let at = wordAt, header = 0; header < parts.length; header += 1) {
    const part = parts[header] as string;
    const found = payload.test(parts[header + 1] ?? "") ? object.exec(part) : null;
    if (found) {
      const token = lengthOf(parts.slice(header, header + 1 + most));
      yield { start: at + found.index, end: at + token, kind: "jwt" };
    }
    at += part.length + 1;
  }
}

/** Characters of the parts up to the first empty one, with the dots between them. */
function lengthOf(parts: readonly string[]): number {
  const empty = parts.indexOf("");
  return (empty < 0 ? parts : parts.slice(0, empty)).join(".").length;
}
