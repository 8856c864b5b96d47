import { maskAssignments } from "./assignments.js";
import { maskAuthorization } from "./authorization.js";
import { maskPrivateKeys } from "./private-keys.js";
import { replacement } from "./replacement.js";
import { rulesFor } from "./token-rules.js";
import { maskUrlPasswords } from "./url-passwords.js";

/**
 * The same text with each secret as `[secret:KIND]`. For plain text and for JSON, whose strings stay strings:
 * escapes are never cut, quotes never taken. Time is linear in the text, whatever stands in it; masking twice is masking once.
 * What can be told by its form comes first; then what its surroundings say is secret. UUIDs, hashes and paths stay.
 */
export function maskSecrets(text: string): string {
  let masked = maskPrivateKeys(text);
  for (const { kind, pattern } of rulesFor(masked)) masked = masked.replace(pattern, replacement(kind));
  return maskAssignments(maskAuthorization(maskUrlPasswords(masked)));
}
