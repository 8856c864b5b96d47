import { quote } from "./quote.js";
import type { SecretSpan } from "./secret-span.js";
import { bitsPerCharacter, hasLettersAndDigits, looksChosen, looksLikeId, looksRandom } from "./secret-value.js";

/** Names that hold nothing but secrets: what is assigned to them may be as short as people choose it, or be a hash. */
const strong = String.raw`pass(?:word|wd|phrase)|pwd|client[_-]?secret|secret[_-]?(?:access[_-]?)?key(?:[_-]?base)?|api[_-]?(?:key|secret|token)|(?:access|account|private|signing|encryption)[_-]?key|(?:access|auth|refresh|bearer)[_-]?token`;
/** Names that often do. A page token is a cursor. */
const weak = String.raw`secret|(?<!page[_-]?)token|credentials?`;

const sign = String.raw`${quote}[ \t]{0,4}(?::=|=>|={1,3}|:)[ \t]{0,4}${quote}`;
const flag = String.raw`(?<=--[A-Za-z0-9_-]{0,40})(?:[ \t]{1,4}${quote}|\\{0,15}["'\x60],[ \t]{0,4}\\{0,15}["'\x60])`;
/** To the next space, quote, bracket or list sign; an ampersand ends it only before the next parameter of a query. */
const value = String.raw`(?:[^\s"'\x60\\,;&<>(){}[\]|]|&(?!\w{1,40}=)){8,}`;
const assignment = new RegExp(`(?:(${strong})|${weak})(?:${sign}|${flag})(${value})`, "gi");

/** A cheaper look than `assignment`: whether any of its names occurs. */
const anyName = /pass(?:w|p)|pwd|secret|token|key|credential/i;

/** `PASSWORD=` of a shell or an environment file: its value is no expression of a program. */
const environment = /^[A-Z][A-Z0-9_]*=\\{0,15}["']?$/;

const shortestWeak = 16;

/**
 * Values that are assigned to a name of secrets: `DB_PASSWORD=…`, `"apiKey": "…"`, `--token …`.
 * They must look random; a password need only have letters and digits, in an environment file not even those.
 * Values of `secret` and `token` are left where they are short, a UUID or a hash.
 */
export function* findAssignments(text: string): Generator<SecretSpan> {
  if (!anyName.test(text)) return;
  for (const { 0: whole, 1: strongName, 2: assigned = "", index } of text.matchAll(assignment)) {
    const end = index + whole.length;
    // The name of a function that is called is none.
    if (text[end] === "(") continue;
    const kind = kindOf(strongName);
    const isSecret = kind === "password" ? isPassword(assigned, whole.slice(0, -assigned.length)) : isGenerated(assigned, strongName);
    if (isSecret) yield { start: end - assigned.length, end, kind };
  }
}

function isPassword(assigned: string, before: string): boolean {
  return looksChosen(assigned) && (environment.test(before) || (hasLettersAndDigits(assigned) && bitsPerCharacter(assigned.slice(0, 200)) >= 2));
}

function isGenerated(assigned: string, strongName: string | undefined): boolean {
  return looksRandom(assigned) && (strongName !== undefined || (assigned.length >= shortestWeak && !looksLikeId(assigned)));
}

function kindOf(name: string | undefined): string {
  if (name === undefined) return "token";
  const folded = name.toLowerCase().replace(/[_-]/g, "");
  if (folded.startsWith("pass") || folded === "pwd") return "password";
  if (folded.startsWith("secretaccess")) return "aws-secret-key";
  return folded.endsWith("token") ? "token" : "api-key";
}
