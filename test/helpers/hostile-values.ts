import * as fc from "fast-check";

/** Texts that name what they should not, or that only look like one thing. */
export const hostileTexts: readonly string[] = [
  "",
  " ",
  ".",
  "..",
  "../../../../etc/passwd",
  "..\\..\\x",
  "/",
  "/etc/passwd",
  "//host/share",
  "C:\\x",
  "\\\\?\\C:\\x",
  "~",
  "~root",
  "a/b",
  "a\0b",
  "a\nb",
  "%2e%2e%2f",
  "%00",
  "%",
  "CON",
  "con.txt",
  "LPT1",
  "x.",
  "x ",
  "-rf",
  "latest",
  "current",
  "previous",
  "LATEST",
  "__proto__",
  "constructor",
  "toString",
  "\ud800",
  "\udc00\ud800",
  "\u202etxt.exe",
  "\ufeff",
  "e\u0301",
  "İ",
  "\u001b]0;x\u0007",
  "'; DROP TABLE sessions; --",
  '"',
  '"" OR ""',
  "NEAR(a b)",
  "a* OR b:*",
  "(",
  "[",
  "*",
  "(?=a)",
  "(a+)+$",
  "(a{1000}){1000}",
  "\\",
  "NaN",
  "null",
  "0x10",
  "1e400",
  "2026-02-30",
  "99999999w",
  "+275760-09-13T00:00:00.001Z",
  "9".repeat(400),
  "x".repeat(1_000_000),
  "\u0001".repeat(100_000),
  "(".repeat(20_000),
  "é".repeat(5000),
];

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 ? [value] : { a: value };
  return value;
}

/** JSON of every type, and of sizes and shapes that nobody expects; never deeper than a client can write. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...hostileTexts) },
  { weight: 4, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 4, arbitrary: fc.constantFrom<unknown>(null, true, false, 0, -0, -1, 1.5, 1e308, -1e308, Number.MIN_VALUE, 2 ** 31, 2 ** 53, -(2 ** 63), Number.NaN, Number.POSITIVE_INFINITY) },
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(nested(150), nested(1500), JSON.parse('{"__proto__":{"limit":1},"constructor":{"prototype":{}}}') as unknown) },
  { weight: 1, arbitrary: fc.constantFrom(Array.from({ length: 5000 }, () => 1), Object.fromEntries(Array.from({ length: 5000 }, (_, nth) => [`k${nth}`, nth]))) },
);

/** A JSON Schema as `tools/list` gives it, as far as a value can be made from it. */
export interface PropertySchema {
  type?: string;
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  items?: PropertySchema;
}

/** A value that the schema of a property allows, or one that it does not. */
export function valueOf(schema: PropertySchema, texts: readonly string[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 3, arbitrary: allowed(schema, texts) }, { weight: 1, arbitrary: hostileValue });
}

function allowed(schema: PropertySchema, texts: readonly string[]): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case "boolean":
      return fc.boolean();
    case "integer":
    case "number":
      return fc.integer({ min: schema.minimum ?? -100, max: Math.min(schema.maximum ?? 1000, 100_000) });
    case "array":
      return fc.array(allowed(schema.items ?? {}, texts), { maxLength: Math.min(schema.maxItems ?? 6, 6) });
    case "object":
      return fc.dictionary(fc.string({ maxLength: 12 }), hostileValue, { maxKeys: 5 });
    default:
      return fc.oneof(fc.constantFrom(...texts), fc.string({ maxLength: 20 }), fc.constantFrom(...hostileTexts));
  }
}
