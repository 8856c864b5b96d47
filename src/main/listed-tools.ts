import { readFileSync } from "node:fs";
import { hasSystemCode } from "../errors.js";
import type { ServerCard } from "../mcp/first-answers.js";

/**
 * The answer of `tools/list` as the build left it beside the program, so that it can be given before the tools are loaded.
 * @returns undefined where the program was not built; the tools are loaded first then.
 */
export function listedTools(): ServerCard["tools"] | undefined {
  try {
    return JSON.parse(readFileSync(new URL("tools-list.json", import.meta.url), "utf8")) as ServerCard["tools"];
  } catch (error) {
    if (!hasSystemCode(error, "ENOENT")) throw error;
    return undefined;
  }
}
