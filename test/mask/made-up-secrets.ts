import { seededRandom } from "../helpers/random.js";

/** Characters as a generator would give them. */
export type Characters = (length: number, alphabet?: string) => string;

const lettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const lowerHex = "0123456789abcdef";
const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const upperAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const digits = "0123456789";
const base64 = `${lettersAndDigits}+/`;

/** The same characters for the same seed; with letters and digits among the first of any longer run, as almost all have. */
export function charactersOf(seed: number): Characters {
  const next = seededRandom(seed);
  return (length, alphabet = lettersAndDigits) => {
    for (;;) {
      let text = "";
      while (text.length < length) text += alphabet[Math.floor(next() * alphabet.length)];
      const isTypical = /[A-Za-z]/.test(text) && /\d/.test(text) && new Set(text).size >= Math.min(10, length / 2);
      if (length < 10 || alphabet === digits || isTypical) return text;
    }
  };
}

/** A secret by its published form. `pieces` are joined at run time, so that no scanner takes this file for a leak. */
type Form = readonly [kind: string, make: (any: Characters) => string];

const form = (kind: string, ...pieces: readonly (string | number | readonly [number, string])[]): Form => [
  kind,
  (any) => pieces.map((piece) => (typeof piece === "string" ? piece : typeof piece === "number" ? any(piece) : any(...piece))).join(""),
];

const hex = (length: number) => [length, lowerHex] as const;
const uuid = [hex(8), "-", hex(4), "-", hex(4), "-", hex(4), "-", hex(12)] as const;

/** Secrets that can be told by their form alone. */
const forms: readonly Form[] = [
  ...["ghp", "gho", "ghu", "ghs", "ghr"].map((prefix) => form("github-token", prefix, "_", 36)),
  form("github-token", "github", "_pat_", 22, "_", 59),
  form("github-token", "gh", "s_", [7, digits], "_e", "yJ", 40, ".e", "yJ", 120, ".", 86),
  ...["glpat", "gldt", "glrt", "glptt", "glcbt", "glft"].map((prefix) => form("gitlab-token", prefix, "-", 20)),
  form("gitlab-token", "gl", "pat-", 27, ".01.", 9),
  form("anthropic-key", "sk-", "ant-", "api03-", 93, "AA"),
  form("anthropic-key", "sk-", "ant-", "oat01-", 93, "AA"),
  form("openrouter-key", "sk-", "or-", "v1-", hex(64)),
  form("openai-key", "sk-", "proj-", 74, "T3Blbk", "FJ", 74),
  form("openai-key", "sk-", "svcacct-", 74),
  form("openai-key", "sk", "-", 20, "T3Blbk", "FJ", 20),
  form("openai-key", "sk", "-", hex(32)),
  form("langfuse-key", "sk-", "lf-", ...uuid),
  form("groq-key", "gs", "k_", 52),
  form("xai-key", "xa", "i-", 80),
  form("huggingface-token", "h", "f_", 34),
  form("perplexity-key", "pp", "lx-", 48),
  form("replicate-token", "r", "8_", 37),
  form("nvidia-key", "nv", "api-", 64),
  form("langsmith-key", "lsv2", "_pt_", hex(32), "_", hex(10)),
  form("tavily-key", "tv", "ly-", "dev-", 32),
  form("pinecone-key", "pc", "sk_", 6, "_", 63),
  form("elevenlabs-key", "s", "k_", hex(48)),
  form("aws-access-key-id", "AK", "IA", [16, upper]),
  form("aws-access-key-id", "AS", "IA", [16, upper]),
  form("aws-bedrock-key", "AB", "SK", [128, base64], "="),
  form("google-api-key", "AI", "za", 35),
  form("google-oauth", "ya", "29.", 60),
  form("google-oauth", "GOC", "SPX-", 28),
  form("google-oauth", "1/", "/0", 60),
  form("azure-secret", 3, "8", "Q~", 34),
  form("azure-devops-token", 76, "AZ", "DO", 4),
  form("slack-token", "xo", "xb-", [12, digits], "-", [13, digits], "-", 24),
  form("slack-token", "xo", "xp-", [12, digits], "-", [12, digits], "-", [13, digits], "-", hex(32)),
  form("slack-token", "xa", "pp-", "1-A", 10, "-", [13, digits], "-", hex(64)),
  form("slack-token", "xo", "xd-", 60, "%2B", 40, "%3D"),
  form("slack-webhook", "hooks.slack", ".com/services/", "T", 9, "/B", 9, "/", 24),
  form("discord-token", "MT", 24, ".", "G", 5, ".", 38),
  form("discord-webhook", "discord", ".com/api/webhooks/", [19, digits], "/", 68),
  form("telegram-token", [10, digits], ":", "AA", 33),
  form("stripe-key", "sk", "_live_", 24),
  form("stripe-key", "rk", "_test_", 99),
  form("stripe-key", "wh", "sec_", 32),
  form("square-token", "sq0", "csp-", 43),
  form("npm-token", "np", "m_", 36),
  form("pypi-token", "py", "pi-", "AgEIcHlwaS5vcmc", 150),
  form("rubygems-key", "ruby", "gems_", hex(48)),
  form("nuget-key", "oy", "2", [43, "abcdefghijklmnopqrstuvwxyz234567"]),
  form("docker-token", "dckr", "_pat_", 27),
  form("digitalocean-token", "dop", "_v1_", hex(64)),
  form("heroku-key", "HR", "KU-", "AA", 58),
  form("fly-token", "fm", "2_", [160, base64], "=="),
  form("vercel-token", "vc", "p_", 56),
  form("netlify-token", "nf", "p_", 36),
  form("render-key", "rn", "d_", 32),
  form("supabase-key", "sb", "p_", hex(40)),
  form("supabase-key", "sb", "_secret_", 22, "_", 8),
  form("neon-key", "na", "pi_", [64, "abcdefghijklmnopqrstuvwxyz0123456789"]),
  form("planetscale-token", "pscale", "_tkn_", 43),
  form("planetscale-token", "pscale", "_pw_", 43),
  form("databricks-token", "da", "pi", hex(32)),
  form("shopify-token", "shp", "at_", hex(32)),
  form("vault-token", "hv", "s.", 95),
  form("vault-token", "hv", "b.", 140),
  form("terraform-token", 14, ".atlas", "v1.", 67),
  form("pulumi-token", "pu", "l-", hex(40)),
  form("doppler-token", "dp.", "st.", "prd.", 43),
  form("1password-token", "op", "s_", "ey", [250, base64], "fQ"),
  form("sendgrid-key", "S", "G.", 22, ".", 43),
  form("mailgun-key", "key", "-", hex(32)),
  form("mailchimp-key", hex(32), "-", "us", "12"),
  form("brevo-key", "xkey", "sib-", hex(64), "-", 16),
  form("resend-key", "r", "e_", 8, "_", 24),
  form("postman-key", "PM", "AK-", hex(24), "-", hex(34)),
  form("newrelic-key", "NR", "AK-", [27, upperAndDigits]),
  form("grafana-token", "gl", "sa_", 32, "_", hex(8)),
  form("grafana-token", "gl", "c_ey", 120, "="),
  form("sentry-token", "sntry", "u_", hex(64)),
  form("sentry-token", "sntry", "s_ey", [150, base64], "_", 43),
  form("dynatrace-token", "dt0", "c01.", [24, upper], ".", [64, upper]),
  form("atlassian-token", "AT", "ATT3", 180, "=", [8, "0123456789ABCDEF"]),
  form("linear-key", "lin", "_api_", 40),
  form("notion-token", "nt", "n_", [11, digits], 35),
  form("figma-token", "fi", "gd_", 40),
  form("airtable-token", "pa", "t", 14, ".", hex(64)),
  form("hubspot-token", "pa", "t-na1-", ...uuid),
  form("tailscale-key", "ts", "key-", "auth-k", 10, "CNTRL-", 32),
  form("buildkite-token", "bk", "ua_", hex(40)),
  form("circleci-token", "CCI", "PAT_", 22, "_", hex(40)),
  form("age-key", "AGE-SECRET", "-KEY-1", [58, upper]),
  form("jwt", "e", "yJ", 30, ".e", "yJ", 60, ".", 43),
  ...["RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PGP PRIVATE KEY BLOCK"].map(
    (name): Form => ["private-key", (any) => privateKey(name, any)],
  ),
];

/** A text around a secret that tells what it is. */
export interface InContext {
  kind: string;
  before: string;
  secret: string;
  after: string;
}

/** What only its surroundings tell to be secret. */
const contexts: readonly (readonly [kind: string, before: string, make: (any: Characters) => string, after?: string])[] = [
  ["aws-secret-key", "AWS_SECRET_ACCESS_KEY=", (any) => any(40, base64)],
  ["aws-secret-key", '"SecretAccessKey": "', (any) => any(40, base64), '"'],
  ["token", "aws_session_token = ", (any) => `${any(200, base64)}==`, "\n"],
  ["api-key", "DefaultEndpointsProtocol=https;AccountName=abc;AccountKey=", (any) => `${any(86, base64)}==`, ";EndpointSuffix=core.windows.net"],
  ["api-key", "MISTRAL_API_KEY=", (any) => any(32), " # comment"],
  ["api-key", "export DD_API_KEY='", (any) => any(32, lowerHex), "'"],
  ["api-key", '{"api_key":"', (any) => any(32), '"}'],
  ["api-key", "x-api-key: ", (any) => any(40)],
  ["api-key", "PrivateKey = ", (any) => `${any(43, base64)}=`, "\n[Peer]"],
  ["token", "CLOUDFLARE_API_TOKEN=", (any) => any(40)],
  ["token", "//registry.npmjs.org/:_authToken=", (any) => any(40)],
  ["token", "https://example.com/callback?access_token=", (any) => any(30), "&state=1"],
  ["password", "DB_PASSWORD=", (any) => any(12)],
  ["password", "password: '", (any) => `${any(10)}!x9`, "'"],
  ["password", "machine example.com login bob password ", (any) => any(14), "\n"],
  ["password", "curl -s -u bob:", (any) => any(14), " https://example.com"],
  ["password", "sshpass -p ", (any) => any(12), " ssh bob@host"],
  ["password", "mysql -h db -u root -p", (any) => any(12), " shop"],
  ["authorization", "Authorization: Basic ", (any) => Buffer.from(`bob:${any(16)}`).toString("base64")],
  ["authorization", '{"auths":{"registry.example.com":{"auth":"', (any) => Buffer.from(`bob:${any(16)}`).toString("base64"), '"}}}'],
  ["bearer-token", "Authorization: Bearer ", (any) => any(40), "\r\n"],
  ["url-password", "postgres://bob:", (any) => any(16), "@db:5432/shop"],
  ["url-password", "https://bob:", (any) => any(20), "@github.com/bob/repo.git"],
  ["url-signature", "https://a.blob.core.windows.net/c/b?sv=2024-11-04&se=2026-01-01&sig=", (any) => `${any(43)}%3D`],
  ["url-signature", "https://b.s3.amazonaws.com/k?X-Amz-Date=20260101T000000Z&X-Amz-Signature=", (any) => any(64, lowerHex)],
  ["cookie", "Cookie: theme=dark; session=", (any) => any(40), "; lang=en"],
  ["cookie", "Set-Cookie: sid=", (any) => `s%3A${any(32)}.${any(43)}`, "; Path=/; HttpOnly"],
];

/** A fake of each published form; the same for the same seed. */
export function madeUpSecrets(seed: number): (readonly [kind: string, secret: string])[] {
  const any = charactersOf(seed);
  return forms.map(([kind, make]) => [kind, make(any)] as const);
}

/** A fake of each kind that only its surroundings tell; the same for the same seed. */
export function secretsInContext(seed: number): InContext[] {
  const any = charactersOf(seed);
  return contexts.map(([kind, before, make, after = ""]) => ({ kind, before, secret: make(any), after }));
}

export function privateKey(name: string, any: Characters): string {
  const dashes = "-".repeat(5);
  const lines = Array.from({ length: 12 }, () => any(64)).join("\n");
  return `${dashes}BEGIN ${name}${dashes}\nMIIE${lines}\nab+/cd==\n${dashes}END ${name}${dashes}`;
}
