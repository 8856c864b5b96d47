import { z } from "zod";

type JsonSchema = { type: "object"; [keyword: string]: unknown };

const safeBounds = new Set([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]);

/** What a reader learns nothing from: the bounds of every integer, the pattern behind a named format, and that an open object may hold anything. */
function dropNoise(schema: Record<string, unknown>): void {
  for (const bound of ["minimum", "maximum"]) {
    if (safeBounds.has(schema[bound] as number)) delete schema[bound];
  }
  if (schema["format"] !== undefined) delete schema["pattern"];
  for (const keyword of ["properties", "additionalProperties"]) if (isEmptyRecord(schema[keyword])) delete schema[keyword];
}

function isEmptyRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/**
 * JSON Schema of an object, as `tools/list` shows it: what may be given in, without `$schema`.
 * A `z.strictObject` gets `additionalProperties: false`; any other stays open, so that a result may hold more than its schema says.
 */
export function jsonSchemaOf(schema: z.ZodObject): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: (context) => dropNoise(context.jsonSchema as Record<string, unknown>),
  });
  return { ...json, type: "object" };
}
