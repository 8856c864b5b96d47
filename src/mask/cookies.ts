import { quote } from "./quote.js";
import type { SecretSpan } from "./secret-span.js";
import { looksRandom } from "./secret-value.js";

/** A header with its pairs, as far as its line, quote or escape goes. */
const header = new RegExp(String.raw`\b(?:set-)?cookie${quote}[ \t]{0,4}[:=][ \t]{0,4}${quote}([^"'\x60\\\r\n]{1,4096})`, "gi");
const pair = /([\w.-]{1,100}=)([^\s;,=[\]]{16,}={0,2})/g;

/** Values of cookies that look random: whoever has such a one is logged in. */
export function* findCookies(text: string): Generator<SecretSpan> {
  for (const { 0: whole, 1: pairs = "", index } of text.matchAll(header)) {
    const pairsAt = index + whole.length - pairs.length;
    for (const { 0: one, 1: name = "", 2: value = "", index: at } of pairs.matchAll(pair)) {
      if (looksRandom(value)) yield { start: pairsAt + at + name.length, end: pairsAt + at + one.length, kind: "cookie" };
    }
  }
}
