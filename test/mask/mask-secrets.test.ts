import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { array, assert, constantFrom, double, maxSafeInteger, oneof, property, record } from "fast-check";
import { expect, test } from "vitest";
import { maskSecrets } from "../../src/mask/mask-secrets.js";
import { tokenRules } from "../../src/mask/tokens/find-tokens.js";
import { newSeed } from "../helpers/random.js";
import { samplesDir } from "../helpers/samples.js";
import { charactersOf, madeUpSecrets, privateKey, secretsInContext } from "./made-up-secrets.js";

const seed = newSeed();
const any = charactersOf(seed);
const secrets = madeUpSecrets(seed);

for (const [at, [kind, secret]] of secrets.entries()) {
  test(`A secret of kind ${kind} is masked wherever it stands (form ${at})`, () => {
    const mask = `[secret:${kind}]`;
    expect(maskSecrets(secret), `seed ${seed}`).toBe(mask);
    for (const [before, after] of [["", "\n"], ["see ", "."], ["\n", " next"], ['"', '"'], ["(", ")"], ["é", "ü"], ["=", ";"], ["`", "`,"]] as const) {
      expect(maskSecrets(before + secret + after), `seed ${seed}`).toBe(before + mask + after);
    }
  });

  test(`A secret of kind ${kind} is masked inside JSON, also where that was quoted again (form ${at})`, () => {
    const value = { text: `line\n${secret}\n"quoted"\t${secret}`, list: [secret, `\u0001${secret}`], [`key ${secret}`]: 1 };
    let text = JSON.stringify(value);
    for (let depth = 0; depth < 4; depth += 1) {
      const masked = maskSecrets(text);
      expect(masked, `seed ${seed}`).not.toContain(secret.slice(-20));
      expect(masked.split(`[secret:${kind}]`), `seed ${seed}`).toHaveLength(6);
      expect(() => JSON.parse(masked)).not.toThrow();
      text = JSON.stringify({ quoted: text });
    }
  });

  test(`A secret of kind ${kind} is masked where its characters are written as escapes, or coloured (form ${at})`, () => {
    const asHex = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
    const middle = Math.min(12, secret.length >> 1);
    const escaped = [...secret].map((character, index) => (/[&+=<>]/.test(character) || index === middle || index === 0 ? asHex(character) : character)).join("");
    const slashes = secret.replaceAll("/", "\\/");
    const coloured = `\u001b[01;31m\u001b[K${secret.slice(0, 4)}\u001b[m\u001b[K${secret.slice(4)}\u001b[0m`;
    const newlines = (text: string): string => text.replaceAll("\n", "\\n");
    for (const written of [newlines(escaped), newlines(slashes), coloured, newlines(coloured).replaceAll("\u001b", "\\u001b")]) {
      for (const text of [written, `{"a":"${written}"}`, JSON.stringify({ a: `{"a":"${written}"}` })]) {
        const masked = maskSecrets(text);
        expect(masked, `seed ${seed}`).toContain(`[secret:${kind}]`);
        expect(masked, `seed ${seed}`).not.toContain(secret.slice(-12));
      }
    }
  });
}

for (const [at, { kind, before, secret, after }] of secretsInContext(seed).entries()) {
  test(`A secret of kind ${kind} that its surroundings tell is masked, and nothing else (context ${at})`, () => {
    const expected = `${before}[secret:${kind}]${after}`;
    expect(maskSecrets(before + secret + after), `seed ${seed}`).toBe(expected);
    let [text, masked] = [`so:\n${before}${secret}${after}\n`, `so:\n${expected}\n`];
    for (let depth = 0; depth < 3; depth += 1) {
      [text, masked] = [JSON.stringify({ text }), JSON.stringify({ text: masked })];
      expect(maskSecrets(text), `seed ${seed}`).toBe(masked);
    }
  });
}

const generated = any(24);
const hex = any(32, "0123456789abcdef");

test("What is assigned to a name of secrets is masked, and the name stays", () => {
  const cases: readonly (readonly [before: string, secret: string, kind: string, after?: string])[] = [
    ["AWS_SECRET_ACCESS_KEY=", `${any(20)}/+${any(18)}`, "aws-secret-key"],
    ['"aws_secret_access_key": "', any(40), "aws-secret-key", '"'],
    ['"SecretAccessKey": "', ["/ASJKEKtd7AgqZvJQFg", "oCKOvwTSJKlcICPJoeZv"].join("/"), "aws-secret-key", '"'],
    ["access_token=", ["4MKCsgttsSDDZMZ", "5RZC2CDDP9grmUL"].join(""), "token"],
    ["OPENAI_API_KEY=", generated, "api-key", " # comment"],
    ['{"apiKey":"', hex, "api-key", '"}'],
    ['{\\"api_key\\": \\"', generated, "api-key", '\\"}'],
    ["api-key: ", generated, "api-key"],
    ["SECRET_KEY_BASE=", any(64), "api-key"],
    ["private_key => '", generated, "api-key", "'"],
    ["client_secret=", generated, "api-key", "&grant_type=x"],
    ["https://example.com/?access_token=", generated, "token", "&user=bob"],
    ["token: ", generated, "token"],
    ["x-secret = \"", generated, "token", '"'],
    ["run --token ", generated, "token", " now"],
    ["run --db-password '", "hunter2hunter2", "password", "'"],
    ["password=", "hunter2&three", "password"],
    ['"password": "', "s3cretpw", "password", '"'],
    ["DB_PASSWORD=", "correcthorse", "password"],
    ["PGPASSWORD=", `${any(9)}#$`, "password"],
    ["Authorization: Bearer ", generated, "bearer-token"],
    ['-H "authorization: bearer ', `${generated}.x/y+z==`, "bearer-token", '"'],
    ["Authorization: Basic ", "dXNlcjpwYXNzd29yZA==", "authorization"],
    ['{\\"Authorization\\":\\"token ', generated, "authorization", '\\"}'],
    ["postgres://user:", "pass", "url-password", "@host:5432/db"],
    ["redis://:", "p:w[1]", "url-password", "@host"],
  ];
  for (const [before, secret, kind, after = ""] of cases) {
    expect(maskSecrets(before + secret + after)).toBe(`${before}[secret:${kind}]${after}`);
  }
});

test("What is no secret stays", () => {
  const sha = any(64, "0123456789abcdef");
  const cases = [
    "0a1b2c3d-1111-4222-8333-444455556666",
    "session_id: 0a1b2c3d-1111-4222-8333-444455556666 token=0a1b2c3d-1111-4222-8333-444455556666",
    `commit ${sha.slice(0, 40)} sha256:${sha} integrity sha512-${any(86)}==`,
    `token: ${sha.slice(0, 40)}`,
    "/home/me/.ssh/id_ed25519 C:\\Users\\me\\secret1\\key2.pem ./src/token-rules1.ts token=/var/run/secrets/abc1234567",
    "private_key=/Users/Alice/Projects2/SomeThingLongEnough1/Deployment/ProductionKey api_key=SomethingVeryLong2MoreUtterlyUnremarkable1",
    `CREDENTIALS=/var/lib/docker/containers/${sha}/config "credentials": "/home/me/cache/${sha}" token: /api/v1/uploads/${sha.slice(0, 40)}`,
    `private_key: /srv/keys/${sha.slice(0, 40)} DB_PASSWORD=/run/user/1000/${sha.slice(0, 32)} signing_key = "/home/u1/go/pkg/mod/k8s/io/api/apps/v1/types"`,
    "password: string; token: ExpiredToken1Error; secret: Buffer.from1",
    "const password = getPassword1(config); apiKey: process.env.API_KEY_2",
    "API_KEY=${OTHER_KEY_123} token={{ secrets.TOKEN1 }} password=$DB_PASSWORD1 password: <your-password1>",
    "API_KEY=sk-... ANTHROPIC_API_KEY=your-api-key-here1",
    '{"input_tokens":123456,"output_tokens":9876543,"token":1.2345678e10,"max_token":12345678}',
    "token_expires_at: 2026-01-05T10:11:12Z token: 2026-01-05T10:11:12.000Z",
    "next_page_token: CAUQAA1bXyz12345678",
    "sk-learn-something-long-enough-to-match sk-SomeLongNameWithoutAnyDigitsInItAtAll eyJhbGciOi",
    "Bearer authentication-middleware of the bearer-of-bad-news-2",
    "git@github.com:me/repo.git https://example.com:8080/a@b http://user@host mailto:me@host",
    "https://example.com/path:with/colon@x",
    "npm_config_registry npm_package_version xoxo AKIA AIza ghp_short",
    `\\npm_${any(36)}`,
    "-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----",
    "the PRIVATE KEY lies elsewhere",
    `cache-key-${sha.slice(0, 32)} my_fc-${sha.slice(0, 32)} layer ${sha.slice(0, 32)} pat.${sha}`,
    "docker run -u 1000:1000 -p 8080:80 image1; chown -R me:staff1 .; curl -o out1.json https://example.com:8443/a1",
    "mysql -p shop; please log in, the login page1 asks for a password twice; docker login -p ",
    "Cookie: theme=dark; lang=en-GB; set-cookie: consent=accepted_all_of_them",
    `"auth": "${Buffer.from("no pair of user and password").toString("base64")}"`,
    `![](data:image/png;base64,${any(4000, `${"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"}+/`)}==)`,
    "https://example.com/a?sig=short&signature=none&x=1",
    "\u001b[31mred\u001b[0m C:\\new\\table\\u0041 \\n\\t \\/",
  ];
  for (const text of cases) expect(maskSecrets(text)).toBe(text);
});

test("Passwords are masked in commands that are lists of words, also where that was quoted again", () => {
  const commands = [
    ["curl", "-s", "-u", `bob:${generated}`, "https://example.com"],
    ["mysql", "-h", "db", `-p${generated}`, "shop"],
    ["sshpass", "-p", generated, "ssh", "bob@host"],
    ["docker", "login", "-u", "bob", "-p", generated],
    ["deploy", "--password", generated],
  ];
  for (const command of commands) {
    let text = JSON.stringify({ command });
    let masked = text.replace(generated, "[secret:password]");
    for (let depth = 0; depth < 3; depth += 1) {
      expect(maskSecrets(text)).toBe(masked);
      [text, masked] = [JSON.stringify({ text }), JSON.stringify({ text: masked })];
    }
  }
});

test("Text behind a private key stays; of one that is cut off the key goes", () => {
  const key = privateKey("EC PRIVATE KEY", any);
  expect(maskSecrets(`a\n${key}\nand then, text.`)).toBe("a\n[secret:private-key]\nand then, text.");
  expect(maskSecrets(`${key}\n${key}`)).toBe("[secret:private-key]\n[secret:private-key]");
  const cut = key.slice(0, key.indexOf("ab+/")).trimEnd();
  expect(maskSecrets(`${cut}\nand then, text.`)).toBe("[secret:private-key]\nand then, text.");
  expect(maskSecrets(cut.slice(0, -30))).toBe("[secret:private-key]");
  expect(JSON.parse(maskSecrets(JSON.stringify([cut, "x"])))).toEqual(["[secret:private-key]", "x"]);
});

const pieces = oneof(
  constantFrom(...secrets.map(([, secret]) => secret)),
  constantFrom(...tokenRules.flatMap(({ literals }) => [...literals])),
  constantFrom("password=", "token: ", '"api_key":"', "secret=", "Bearer ", "Authorization: Basic ", "://", "user:", "@", "--token ", "&a="),
  constantFrom("\n", "\t", '"', "\\", "'", "`", "\\n", '\\"', "\u0007", " ", "", "=", ":", ",", "{", "}", "[", "]", "-", "_", ".", "é", "😀", "\ud800"),
  constantFrom("[secret:jwt]", "a1b2c3d4e5f6g7h8", "Pa55word", "word", "12345678", "n", "b1", "eyJ", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"),
);
const texts = array(pieces, { maxLength: 12 }).map((parts) => parts.join(""));

test("Masking twice is masking once", () => {
  assert(
    property(texts, (text) => {
      const once = maskSecrets(text);
      expect(maskSecrets(once)).toBe(once);
    }),
    { numRuns: 3000 },
  );
});

test("Masked JSON is JSON of the same shape, however often it was quoted", () => {
  const shape = (json: unknown): unknown =>
    typeof json === "string" ? "text" : Array.isArray(json) ? json.map(shape) : json && typeof json === "object" ? Object.values(json).map(shape) : json;
  const json = record({
    text: texts,
    password: texts,
    list: array(texts, { maxLength: 2 }),
    token: oneof(double({ noNaN: true, noDefaultInfinity: true }), maxSafeInteger(), texts),
    quoted: texts.map((text) => JSON.stringify({ secret: text })),
  });
  assert(
    property(json, (value) => {
      expect(shape(JSON.parse(maskSecrets(JSON.stringify(value))))).toEqual(shape(JSON.parse(JSON.stringify(value))));
    }),
    { numRuns: 3000 },
  );
});

test("No text takes more than linear time", { timeout: 30_000 }, () => {
  const units = [
    ...tokenRules.flatMap(({ literals }) => literals.flatMap((literal) => [literal, `${literal}a1`, `-${literal}`, `${literal}${"a".repeat(15)}.`])),
    "eyJaaaaaaaa.", "eyJaaaaaaaa.eyJaaaaaaaa", "-eyJaaaaaaaaa", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\\", "-----BEGIN A", "-----END PRIVATE KEY-----",
    "password", "password=", "password = ", 'password\\"', "token:", "token=a", "--password ", "-", "&a", "secret=a&b", "Bearer ", "bearer a1", "authorization", "authorization:basic ",
    "://", "://a:", "://a:b", "a", "\\", "\\\\\"", '"', " ", "\n", "A1", "aA",
  ];
  for (const unit of units) {
    const text = unit.repeat(Math.ceil(150_000 / unit.length));
    for (const prefix of ["", "-----BEGIN PRIVATE KEY-----", "password="]) maskSecrets(prefix + text);
  }
  expect(maskSecrets("x")).toBe("x");
});

test("Each made-up secret is masked, of every kind", () => {
  const all = [...secrets.map(([kind, secret]) => ({ kind, text: secret, secret })), ...secretsInContext(seed).map(({ kind, before, secret, after }) => ({ kind, text: before + secret + after, secret }))];
  const missed = all.filter(({ text, secret }) => maskSecrets(text).includes(secret));
  const kinds = new Set(all.map(({ kind }) => kind));
  console.log(`Secrets: ${all.length - missed.length} of ${all.length} made-up ones of ${kinds.size} kinds masked (seed ${seed})`);
  expect(missed).toEqual([]);
  expect(kinds.size).toBeGreaterThanOrEqual(30);
});

test.skipIf(samplesDir === undefined)("Masked lines of real logs stay JSON, and few are touched", () => {
  const files = readdirSync(samplesDir ?? "", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".jsonl"));
  const spots = new Map<string, number>();
  let [lines, touched, bytes] = [0, 0, 0];
  for (const name of files) {
    for (const line of readFileSync(join(samplesDir ?? "", name), "utf8").split("\n")) {
      const masked = maskSecrets(line);
      lines += 1;
      bytes += Buffer.byteLength(line);
      if (masked === line) continue;
      touched += 1;
      for (const [, kind = ""] of masked.matchAll(/\[secret:([^\]]+)\]/g)) spots.set(kind, (spots.get(kind) ?? 0) + 1);
      expect(() => JSON.parse(masked)).not.toThrow();
    }
  }
  const byKind = [...spots].map(([kind, count]) => `${kind} ${count}`).join(", ");
  console.log(`Real logs of ${(bytes / 1e6).toFixed(1)} MB: ${touched} of ${lines} lines touched; spots: ${byKind}`);
  expect(touched).toBeLessThan(lines / 100);
});
