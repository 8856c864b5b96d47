import type { SecretSpan } from "../secret-span.js";
import { cloudRules } from "./clouds.js";
import { codeRules } from "./code.js";
import { modelRules } from "./models.js";
import { serviceRules } from "./services.js";
import type { TokenRule } from "./token-rule.js";

/** Of forms that overlap, the first one gives its kind. */
export const tokenRules: readonly TokenRule[] = [...codeRules, ...modelRules, ...cloudRules, ...serviceRules];

const rulesByLiteral = new Map<string, TokenRule[]>();
for (const one of tokenRules) {
  for (const literal of one.literals) rulesByLiteral.set(literal, [...(rulesByLiteral.get(literal) ?? []), one]);
}

/** All literals in one pattern: looking for them one by one takes four times as long. Longer ones first, as `sk-` begins `sk-ant-` too. */
const anyLiteral = new RegExp(
  [...rulesByLiteral.keys()]
    .sort((a, b) => b.length - a.length)
    .map((literal) => literal.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`))
    .join("|"),
  "g",
);

/** Secrets that can be told by their form alone, wherever they stand. */
export function findTokens(text: string): SecretSpan[] {
  const found: SecretSpan[] = [];
  // Where the last match of a rule ended: what lies within it is not looked at again, or time would grow with the square.
  const ends = new Map<TokenRule, number>();
  anyLiteral.lastIndex = 0;
  for (let hit = anyLiteral.exec(text); hit; hit = anyLiteral.exec(text)) {
    // One literal can begin within another.
    anyLiteral.lastIndex = hit.index + 1;
    for (const one of rulesByLiteral.get(hit[0]) ?? []) {
      const span = spanAround(text, one, { literalAt: hit.index, from: ends.get(one) ?? 0 });
      if (!span) continue;
      found.push(span);
      ends.set(one, span.end);
    }
  }
  return found;
}

/** The token of a rule whose literal stands at `literalAt`, if it begins at `from` or later. */
function spanAround(text: string, { kind, before, pattern }: TokenRule, { literalAt, from }: { literalAt: number; from: number }): SecretSpan | undefined {
  for (let start = Math.max(from, literalAt - before.most); start <= literalAt - before.least; start += 1) {
    pattern.lastIndex = start;
    if (pattern.test(text)) return { start, end: pattern.lastIndex, kind };
  }
  return undefined;
}
