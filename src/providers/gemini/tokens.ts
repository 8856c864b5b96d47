import { countAt, type JsonObject, objectAt, stringAt } from "../json.js";
import type { Reading } from "./output.js";

/**
 * Says the usage of a reply: `input` is the whole prompt, what was cached included; `output` is without thoughts. `tool`, the part of the
 * prompt that came from tools, is 0 in all that was seen; where the total counts it extra, it is input too.
 * The counter of a reply may stand at a message beside it (`recordMessageTokens`): the sum is right, the place nearly so.
 */
export function sayTokens(reading: Reading, message: JsonObject): void {
  const tokens = objectAt(message, "tokens");
  if (!tokens) return;
  const count = (field: string) => countAt(tokens, field);
  const output = count("output") + count("thoughts");
  const isExtra = count("total") === count("input") + output + count("tool");
  const input = Math.max(0, count("input") - count("cached")) + (isExtra ? count("tool") : 0);
  // Counters of zeros stand where the API told none; a later state of the message may know.
  if (input + output + count("cached") === 0) return;
  const model = stringAt(message, "model");
  reading.say(
    { type: "usage", input_tokens: input, output_tokens: output, cache_read_tokens: count("cached"), ...(model ? { model } : {}) },
    "tokens",
  );
}
