/** Secrets that can be told by their form alone. */
export interface TokenRule {
  kind: string;
  /** Every match holds one of these. */
  literals: readonly string[];
  /**
   * Global. Linear in the text: what follows a prefix is either bounded or taken greedily to its end, so that no character
   * is looked at more than a fixed number of times.
   */
  pattern: RegExp;
}

/**
 * A token begins where no letter or digit stands before it. A JSON escape is such a place too: in `\nghp_…` the `n` is no part of a word.
 * A token whose own first letter could be the letter of an escape must not follow a backslash, or its `\` would be left alone.
 */
const start = String.raw`(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt])|(?<=\\u[0-9A-Fa-f]{4}))`;
const escapable = /^(?:\(\?:)?[bfnrtu]/;

function rule(kind: string, literals: readonly string[], body: string): TokenRule {
  const left = escapable.test(body) ? `${start}(?<!\\\\)` : start;
  // Letters and digits that go on belong to it: nothing may begin where it ends, or masking twice would find more.
  return { kind, literals, pattern: new RegExp(`${left}${body}[A-Za-z0-9]*`, "g") };
}

/** Of forms that begin alike, the longer one stands first. */
export const tokenRules: readonly TokenRule[] = [
  rule("github-token", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], String.raw`gh[pousr]_[A-Za-z0-9]{30,}`),
  rule("github-token", ["github_pat_"], String.raw`github_pat_\w{40,}`),
  rule("gitlab-token", ["glpat-"], String.raw`glpat-[\w-]{20,}(?:\.[\w-]+)*`),
  rule("anthropic-key", ["sk-ant-"], String.raw`sk-ant-[\w-]{20,}`),
  rule("openrouter-key", ["sk-or-"], String.raw`sk-or-[\w-]{20,}`),
  rule("openai-key", ["sk-proj-", "sk-svcacct-", "sk-admin-"], String.raw`sk-(?:proj|svcacct|admin)-[\w-]{20,}`),
  rule("openai-key", ["sk-"], String.raw`sk-(?=[A-Za-z]*[0-9])[A-Za-z0-9]{32,}`),
  rule("groq-key", ["gsk_"], String.raw`gsk_[A-Za-z0-9]{40,}`),
  rule("xai-key", ["xai-"], String.raw`xai-[A-Za-z0-9]{60,}`),
  rule("huggingface-token", ["hf_"], String.raw`hf_[A-Za-z0-9]{30,}`),
  rule("aws-access-key-id", ["AKIA", "ASIA", "ABIA", "ACCA"], String.raw`A(?:KI|SI|BI|CC)A[A-Z0-9]{16}(?![A-Za-z0-9])`),
  rule("google-api-key", ["AIza"], String.raw`AIza[\w-]{35,}`),
  rule("google-oauth", ["ya29."], String.raw`ya29\.[\w-]{20,}`),
  rule("google-oauth", ["GOCSPX-"], String.raw`GOCSPX-[\w-]{20,}`),
  rule("slack-token", ["xox"], String.raw`xox[abcdeoprs]-[A-Za-z0-9-]{10,}`),
  rule("slack-token", ["xapp-"], String.raw`xapp-[A-Za-z0-9-]{20,}`),
  rule("slack-webhook", ["hooks.slack.com/services/"], String.raw`hooks\.slack\.com/services/[\w/]{20,}`),
  rule("stripe-key", ["sk_live_", "sk_test_"], String.raw`sk_(?:live|test)_[A-Za-z0-9]{16,}`),
  rule("stripe-key", ["rk_live_", "rk_test_"], String.raw`rk_(?:live|test)_[A-Za-z0-9]{16,}`),
  rule("stripe-key", ["whsec_"], String.raw`whsec_[A-Za-z0-9+/]{24,}={0,2}`),
  rule("npm-token", ["npm_"], String.raw`npm_[A-Za-z0-9]{36,}`),
  rule("pypi-token", ["pypi-"], String.raw`pypi-[\w-]{50,}`),
  rule("docker-token", ["dckr_pat_"], String.raw`dckr_pat_[\w-]{20,}`),
  rule("digitalocean-token", ["dop_v1_", "doo_v1_", "dor_v1_"], String.raw`do[por]_v1_[a-f0-9]{40,}`),
  rule("shopify-token", ["shpat_", "shpss_", "shppa_", "shpca_"], String.raw`shp(?:at|ss|pa|ca)_[A-Fa-f0-9]{32,}`),
  rule("vault-token", ["hvs.", "hvb."], String.raw`hv[sb]\.[\w-]{24,}`),
  rule("sendgrid-key", ["SG."], String.raw`SG\.[\w-]{20,24}\.[\w-]{39,}`),
  rule("telegram-token", [":AA"], String.raw`[0-9]{8,10}:AA[\w-]{32,}`),
  rule("age-key", ["AGE-SECRET-KEY-1"], String.raw`AGE-SECRET-KEY-1[A-Z0-9]{50,}`),
  // One start for each run of its letters: a run is scanned as first, as second and as third part, and no more.
  rule("jwt", ["eyJ"], String.raw`(?<![_-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*(?:\.[\w-]+){0,2}`),
];

const rulesByLiteral = new Map<string, TokenRule[]>();
for (const one of tokenRules) {
  for (const literal of one.literals) rulesByLiteral.set(literal, [...(rulesByLiteral.get(literal) ?? []), one]);
}

/** All literals in one pattern: looking for them one by one takes five times as long. Longer ones first, as `sk-` begins `sk-ant-` too. */
const anyLiteral = new RegExp(
  [...rulesByLiteral.keys()]
    .sort((a, b) => b.length - a.length)
    .map((literal) => literal.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`))
    .join("|"),
  "g",
);

/** The rules that may find something in `text`, in their order. */
export function rulesFor(text: string): TokenRule[] {
  const found = new Set<TokenRule>();
  for (const [literal] of text.matchAll(anyLiteral)) {
    for (const one of rulesByLiteral.get(literal) ?? []) found.add(one);
  }
  return tokenRules.filter((one) => found.has(one));
}
