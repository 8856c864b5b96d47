import { expect, test } from "vitest";
import { z } from "zod";
import { jsonSchemaOf } from "../../src/mcp/json-schema.js";

test("arguments are closed, defaults are shown and not required, integers have no bounds of their own", () => {
  const schema = z.strictObject({
    limit: z.number().int().min(0).max(500).default(50).describe("Most items"),
    seq: z.number().int().describe("A seq"),
    since: z.iso.datetime().optional().describe("A time"),
  });
  expect(jsonSchemaOf(schema)).toEqual({
    type: "object",
    properties: {
      limit: { type: "integer", minimum: 0, maximum: 500, default: 50, description: "Most items" },
      seq: { type: "integer", description: "A seq" },
      since: { type: "string", format: "date-time", description: "A time" },
    },
    required: ["seq"],
    additionalProperties: false,
  });
});

test("an open object says only that it is one", () => {
  const schema = z.object({ groups: z.array(z.looseObject({})), index: z.looseObject({ complete: z.boolean() }) });
  expect(jsonSchemaOf(schema)).toMatchObject({
    properties: {
      groups: { type: "array", items: { type: "object" } },
      index: { type: "object", properties: { complete: { type: "boolean" } }, required: ["complete"] },
    },
  });
  expect(JSON.stringify(jsonSchemaOf(schema))).not.toMatch(/additionalProperties|"properties":\{\}/);
});

test("a result may hold more than its schema says", () => {
  expect(jsonSchemaOf(z.object({ total: z.number() }))).toEqual({ type: "object", properties: { total: { type: "number" } }, required: ["total"] });
});

test("what may be of several kinds is said with all of them", () => {
  const schema = jsonSchemaOf(z.strictObject({ when: z.union([z.string(), z.number()]) }));
  expect(schema).toMatchObject({ properties: { when: { type: ["string", "number"] } } });
});
