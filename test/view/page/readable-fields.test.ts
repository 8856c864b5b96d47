import { expect, it } from "vitest";
import { readableFields } from "../../../src/view/page/readable-fields.js";

it.each([
  ['{"command":"claude","cwd":"/tmp","resumed":false,"backfilled":true,"model":null,"source_paths":["/a","/b"],"more":{"deep":1}}', 'command: claude · cwd: /tmp · backfilled: true · source paths: /a, /b · more: {"deep":1}'],
  ["{}", ""],
  ['{"cut":"off', '{"cut":"off'],
  ["plain words", "plain words"],
  ["[1]", "[1]"],
])("shows %s as %s", (text, readable) => expect(readableFields(text)).toBe(readable));
