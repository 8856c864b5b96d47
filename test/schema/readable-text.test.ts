import { expect, it } from "vitest";
import { readableText } from "../../src/schema/readable-text.js";

it.each([
  ["session_started", '{"command":"claude","cwd":"/tmp","resumed":false,"backfilled":true,"model":null,"source_paths":["/a","/b"],"more":{"deep":1}}', 'command: claude · cwd: /tmp · backfilled: true · source paths: /a, /b · more: {"deep":1}'],
  ["permission", '{"tool_name":"Bash","description":"rm","granted":false}', "tool name: Bash · description: rm · granted: false"],
  ["session_ended", "{}", ""],
  ["session_ended", '{"cut":"off', '{"cut":"off'],
  ["unknown_kind", "plain words", "plain words"],
  ["unknown_kind", "[1]", "[1]"],
  ["session_result", '{"said":1}', '{"said":1}'],
])("shows %s %s as %s", (type, text, readable) => expect(readableText(type, text)).toBe(readable));
