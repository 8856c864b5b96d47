import { expect, test } from "vitest";
import { z } from "zod";
import { argumentError } from "../../src/mcp/argument-error.js";
import { CoreError } from "../../src/errors.js";

const schema = z.strictObject({
  session_id: z.string(),
  limit: z.number().int().min(0).max(500).optional(),
  from: z.enum(["start", "end"]).optional(),
  name: z.string().regex(/^[a-z]+$/, "only a to z").optional(),
  types: z.array(z.enum(["usage", "heartbeat"])).max(2).optional(),
});

function messageFor(args: unknown): string {
  const parsed = schema.safeParse(args);
  if (parsed.success) throw new Error("these arguments are allowed");
  const error = argumentError(parsed.error, args, { known: Object.keys(schema.shape) });
  expect(error).toBeInstanceOf(CoreError);
  expect(error.code).toBe("INVALID_ARGUMENT");
  return error.message;
}

test.each([
  [{}, "session_id is missing: give a string."],
  [{ session_id: 5 }, "session_id 5 is not allowed: give a string."],
  [{ session_id: null }, "session_id null is not allowed: give a string."],
  [{ session_id: "a", limit: 501 }, "limit 501 is not allowed: give at most 500."],
  [{ session_id: "a", limit: -1 }, "limit -1 is not allowed: give at least 0."],
  [{ session_id: "a", limit: 1.5 }, "limit 1.5 is not allowed: give an int."],
  [{ session_id: "a", from: "middle" }, 'from "middle" is not allowed: give "start", "end".'],
  [{ session_id: "a", name: "A1" }, 'name "A1" is not allowed: only a to z.'],
  [{ session_id: "a", types: ["usage", "x"] }, 'types[1] "x" is not allowed: give "usage", "heartbeat".'],
  [{ session_id: "a", types: ["usage", "usage", "usage"] }, 'types ["usage","usage","usage"] is not allowed: give at most 2 items.'],
  [{ session_id: "a", x: 1 }, 'Unknown argument "x". It takes session_id, limit, from, name, types.'],
  [{ session_id: "a", x: 1, y: 2 }, 'Unknown arguments "x", "y". It takes session_id, limit, from, name, types.'],
  ["text", 'arguments "text" is not allowed: give an object.'],
])("%j is refused with the argument, its value and what is allowed", (args, message) => {
  expect(messageFor(args)).toBe(message);
});

test("several faults are all named, and long values are cut between code points", () => {
  const message = messageFor({ session_id: 7, limit: 600, name: "😀".repeat(300) });
  expect(message).toContain("session_id 7");
  expect(message).toContain("limit 600");
  expect(message).toContain(`${"😀".repeat(79)}…`);
  expect(Buffer.from(message).toString()).toBe(message);
});
