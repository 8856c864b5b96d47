import { expect, test } from "vitest";
import { maskSecrets } from "../../../src/mask/mask-secrets.js";
import { eventText } from "../../../src/mcp/views/event-text.js";
import type { AnyLogEvent } from "../../../src/schema/event.js";
import { charactersOf } from "../../mask/made-up-secrets.js";

const secret = charactersOf(7)(30);
const event = (fields: Record<string, unknown>) => ({ seq: 1, ts: "2026-01-05T10:00:00Z", provider: "acme", ...fields }) as unknown as AnyLogEvent;

test("A secret that begins in one part of an event's text and ends in the next is masked", () => {
  expect(eventText(event({ type: "user_event", level: "info", message: "API_KEY=", data: secret }), maskSecrets)).toBe("API_KEY= [secret:api-key]");
  const dashes = "-".repeat(5);
  const [begin, end] = [`${dashes}BEGIN PRIVATE KEY${dashes}\n${secret}`, `${secret}\n${dashes}END PRIVATE KEY${dashes}\nand more`];
  expect(eventText(event({ type: "tool_result", success: false, output: begin, error: end }), maskSecrets)).not.toContain(secret.slice(0, 10));
});

test("Keys and values of data are masked, each by its form and by its key", () => {
  const token = `gh${"p_"}${charactersOf(7)(36)}`;
  const text = eventText(event({ type: "tool_call", tool_name: "x", input: { [token]: 1, api_key: secret, list: [{ deep: `a ${token}` }] } }), maskSecrets);
  expect(JSON.parse(text)).toEqual({ "[secret:github-token]": 1, api_key: "[secret:api-key]", list: [{ deep: "a [secret:github-token]" }] });
});
