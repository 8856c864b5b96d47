import type { SecretSpan } from "./secret-span.js";

/** The head of a key and what can belong to it. Longer than any key there is: a bound keeps the search linear. */
const block = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----((?:[A-Za-z0-9+/=:,.@() \t\r\n]|-(?!----BEGIN)){0,20000})/g;
const end = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
/** What is certainly key where its end is missing: lines of base64. */
const base64Lines = /^(?:\s*[A-Za-z0-9+/=]{16,})*/;

/** Private keys in PEM and PGP armour, also those whose end is cut off. */
export function* findPrivateKeys(text: string): Generator<SecretSpan> {
  if (!text.includes("PRIVATE KEY")) return;
  for (const { 0: whole, 1: body = "", index } of text.matchAll(block)) {
    const found = end.exec(body);
    const keyLength = found ? found.index + found[0].length : (base64Lines.exec(body)?.[0].length ?? 0);
    yield { start: index, end: index + whole.length - body.length + keyLength, kind: "private-key" };
  }
}
