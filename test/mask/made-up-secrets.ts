/** Letters and digits as a generator would give them; the same for the same arguments. */
export function random(length: number, alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", seed = 7): string {
  let state = seed;
  let text = "";
  while (text.length < length) {
    state = (state * 1103515245 + 12345) % 2147483648;
    text += alphabet[Math.floor((state / 2147483648) * alphabet.length)];
  }
  return text;
}

const lowerHex = "0123456789abcdef";
const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Put together from parts, so that no scanner takes this file for a leak. */
export const madeUpSecrets: readonly (readonly [kind: string, secret: string])[] = [
  ...["ghp", "gho", "ghu", "ghs", "ghr"].map((prefix) => ["github-token", `${prefix}_${random(36)}`] as const),
  ["github-token", `github${"_pat_"}${random(22)}_${random(59)}`],
  ["gitlab-token", `gl${"pat-"}${random(20)}`],
  ["anthropic-key", `sk-${"ant-"}api03-${random(93)}-${random(6)}AA`],
  ["openrouter-key", `sk-${"or-"}v1-${random(64, lowerHex)}`],
  ["openai-key", `sk-${"proj-"}${random(74)}_${random(40)}`],
  ["openai-key", `sk-${"svcacct-"}${random(74)}`],
  ["openai-key", `sk${"-"}${random(48)}`],
  ["groq-key", `gs${"k_"}${random(52)}`],
  ["xai-key", `xa${"i-"}${random(80)}`],
  ["huggingface-token", `h${"f_"}${random(34)}`],
  ["aws-access-key-id", `AK${"IA"}${random(16, upper)}`],
  ["aws-access-key-id", `AS${"IA"}${random(16, upper)}`],
  ["google-api-key", `AI${"za"}${random(35)}`],
  ["google-oauth", `ya${"29."}${random(60)}`],
  ["google-oauth", `GOC${"SPX-"}${random(28)}`],
  ["slack-token", `xo${"xb-"}123456789012-1234567890123-${random(24)}`],
  ["slack-token", `xa${"pp-"}1-A012345-${random(30)}`],
  ["slack-webhook", `hooks.slack${".com/services/"}T012345/B012345/${random(24)}`],
  ["stripe-key", `sk_${"live_"}${random(24)}`],
  ["stripe-key", `rk_${"test_"}${random(24)}`],
  ["stripe-key", `wh${"sec_"}${random(32)}`],
  ["npm-token", `np${"m_"}${random(36)}`],
  ["pypi-token", `py${"pi-"}AgEIcHlwaS5vcmc${random(80)}`],
  ["docker-token", `dckr${"_pat_"}${random(27)}`],
  ["digitalocean-token", `dop${"_v1_"}${random(64, lowerHex)}`],
  ["shopify-token", `shp${"at_"}${random(32, lowerHex)}`],
  ["vault-token", `hv${"s."}${random(90)}`],
  ["sendgrid-key", `S${"G."}${random(22)}.${random(43)}`],
  ["telegram-token", `1234567890${":AA"}${random(33)}`],
  ["age-key", `AGE-SECRET${"-KEY-1"}${random(58, upper)}`],
  ["jwt", `e${"yJ"}${random(30)}.e${"yJ"}${random(60)}.${random(43)}`],
  ["private-key", privateKey("RSA PRIVATE KEY")],
  ["private-key", privateKey("OPENSSH PRIVATE KEY")],
  ["private-key", privateKey("PRIVATE KEY")],
  ["private-key", privateKey("PGP PRIVATE KEY BLOCK")],
];

export function privateKey(name: string): string {
  const dashes = "-".repeat(5);
  const lines = [1, 2, 3].map((seed) => random(64, undefined, seed)).join("\n");
  return `${dashes}BEGIN ${name}${dashes}\n${lines}\nab+/cd==\n${dashes}END ${name}${dashes}`;
}
