import { replacement } from "./replacement.js";
import { looksRandom } from "./secret-value.js";

const bearer = /\b(bearer[ \t]{1,4})([A-Za-z0-9._~+/-]{16,}={0,2})/gi;
/** The header with its value, in the forms of HTTP, JSON and command lines. */
const basic = /(authorization(?:\\{0,6}["'`])?[ \t]{0,4}[:=][ \t]{0,4}(?:\\{0,6}["'`])?(?:basic|token|digest)[ \t]{1,4})([A-Za-z0-9._~+/-]{8,}={0,2})/gi;

/** Masks what follows `Bearer`, and the value of `Authorization: Basic …`. */
export function maskAuthorization(text: string): string {
  return text
    .replace(bearer, (match, before: string, token: string) => (looksRandom(token) ? before + replacement("bearer-token") : match))
    .replace(basic, (_match, before: string) => before + replacement("authorization"));
}
