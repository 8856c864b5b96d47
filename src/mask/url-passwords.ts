import { replacement } from "./replacement.js";
import { isPlaceholder } from "./secret-value.js";

/** `://user:password@`; lengths are bounded, as no start may look at more than a piece of the text. */
const credentials = /(:\/\/[^\s/:@"'`\\<>[\]]{0,100}:)([^\s/@"'`\\<>]{1,200})(?=@)/g;

/** Masks the password in URLs such as `postgres://user:password@host/db`. */
export function maskUrlPasswords(text: string): string {
  if (!text.includes("://")) return text;
  return text.replace(credentials, (match, before: string, password: string) =>
    isPlaceholder(password) || password.includes("[secret:") ? match : before + replacement("url-password"),
  );
}
