import type { SecretSpan } from "./secret-span.js";
import { isPlaceholder } from "./secret-value.js";

/** `://user:password@`; lengths are bounded, as no start may look at more than a piece of the text. */
const credentials = /(:\/\/[^\s/:@"'`\\<>[\]]{0,100}:)([^\s/@"'`\\<>]{1,200})(?=@)/g;
/** What opens a URL to whoever has it: signatures of storage services. */
const signature = /([?&;](?:sig|signature|x-(?:amz|goog|oss)-(?:signature|security-token))=)([A-Za-z0-9%+/=_-]{32,})/gi;

/** Passwords in URLs such as `postgres://user:password@host/db`, and the signatures of signed ones. */
export function* findUrlSecrets(text: string): Generator<SecretSpan> {
  if (!text.includes("://")) return;
  for (const { 0: whole, 1: before = "", 2: password = "", index } of text.matchAll(credentials)) {
    if (isPlaceholder(password) || password.includes("[secret:")) continue;
    yield { start: index + before.length, end: index + whole.length, kind: "url-password" };
  }
  for (const { 0: whole, 1: before = "", index } of text.matchAll(signature)) {
    yield { start: index + before.length, end: index + whole.length, kind: "url-signature" };
  }
}
