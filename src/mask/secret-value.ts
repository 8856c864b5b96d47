const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const hex = /^(?:0x)?[0-9a-f]+$/i;
const number = /^[-+]?[\d._]+(?:e[-+]?\d+)?$/i;
const path = /^(?:\.{0,2}\/|~\/|[A-Za-z]:[\\/]|[a-z][a-z0-9+.-]*:\/\/)/;
/** A key of at least 30 bytes may begin with a slash too; a path is less mixed. */
const base64Key = /^[A-Za-z0-9+/]{40,}={0,2}$/;
const bitsOfKey = 4.2;
/** A part of a path that is a hash or a number: as mixed as a key, and in many a path. */
const idInPath = /^(?:[0-9a-f]{8,}|\d+)$/;
/** Letters as names have them, or digits. */
const run = /[A-Z]?[a-z]+|[A-Z]+|\d+/g;
const fileName = /\.(?:[cm]?[jt]sx?|json|ya?ml|toml|pem|key|crt|txt|md|py|rs|go|env|lock)$/i;
const code = /^(?:process\.env|os\.environ|env|config|self|this|settings|secrets|vars)\b[.:[]/;
const placeholder = /^(?:[$%{<*]|x{4,}|your[-_ ]|example|changeme|redacted|placeholder|dummy|undefined|null$|none$)/i;
const words = /[A-Z]?[a-z]{3,}|[A-Z]{2,}|\d{1,2}(?!\d)|[.:_-]/g;
const date = /^\d{4}-\d{2}-\d{2}(?:[T_ ]|$)/;

/** Whether `value` stands for a secret rather than being one: a variable, a template, asterisks. */
export function isPlaceholder(value: string): boolean {
  return placeholder.test(value);
}

/** Whether `value` can be a secret that somebody chose: no placeholder, number, date, path or expression. */
export function looksChosen(value: string): boolean {
  if (isPlaceholder(value) || number.test(value) || date.test(value)) return false;
  if (path.test(value)) return base64Key.test(value) && isKeyWithSlash(value.slice(0, 200));
  return !fileName.test(value) && !code.test(value);
}

/** Whether `value` has letters and digits as mixed as in generated secrets. */
export function looksRandom(value: string): boolean {
  if (!hasLettersAndDigits(value) || !looksChosen(value)) return false;
  const head = value.slice(0, 200);
  // Identifiers such as `ExpiredToken1Error` are made of words.
  return (head.replace(words, "") !== "" || isMixed(head)) && bitsPerCharacter(head) >= 2.8;
}

function isKeyWithSlash(head: string): boolean {
  const rest = head.split("/").filter((part) => !idInPath.test(part)).join("/");
  return /[A-Z]/.test(rest) && /[a-z]/.test(rest) && /\d/.test(rest) && isMixed(rest);
}

/** Whether small letters, capitals and digits take turns as in no name and no path; false for short ones, which do not tell. */
function isMixed(head: string): boolean {
  const runs = head.match(run)?.length ?? 0;
  return head.length >= 20 && (runs * 3 >= head.length || (runs * 4 >= head.length && bitsPerCharacter(head) >= bitsOfKey));
}

export function hasLettersAndDigits(value: string): boolean {
  return /[A-Za-z]/.test(value) && /[0-9]/.test(value);
}

/** Whether `value` is a UUID or nothing but hexadecimal digits: an id or a hash as likely as a secret. */
export function looksLikeId(value: string): boolean {
  return uuid.test(value) || hex.test(value);
}

/** Shannon entropy of the characters of `value`. */
export function bitsPerCharacter(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
