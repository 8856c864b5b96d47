import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ScriptedModel } from "./scripted-model.js";

const folder = fileURLToPath(new URL("artefacts", import.meta.url));

export interface Transcript {
  title: string;
  version: string;
  model: Pick<ScriptedModel, "asked" | "given">;
  /** What the server says of itself to the model, and whether the model was told. */
  instructions: string;
  /** What a prompt of the server said, where one was asked for. */
  prompt?: string;
  /** What the agent itself wrote to its output. */
  output: string;
}

/** Keeps what an agent's model was shown, for people to look at. @returns The file's path. */
export function keepTranscript(name: string, { title, version, model, instructions, prompt, output }: Transcript): string {
  const last = model.asked.at(-1);
  const results = last?.results ?? [];
  const turns = model.given.map(({ text, call }, nth) => {
    const called = call ? `\n\n${fenced(`${call.name} ${JSON.stringify(call.input)}`)}\n\n${fenced(results[nth] ?? "(not shown)")}` : "";
    return `## ${text}${called}`;
  });
  const tools = `## Tools in the last request\n\n${fenced((last?.tools ?? []).join("\n"))}`;
  const isTold = last?.instructions.includes(instructions) === true;
  const said = `## Instructions of the server\n\nThe model was ${isTold ? "" : "not "}told:\n\n${fenced(instructions)}`;
  const brought = prompt === undefined ? [] : [`## Prompt\n\n${fenced(prompt)}`];
  const path = join(folder, `${name}.md`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${[`# ${title}: ${version}`, ...turns, ...brought, tools, said, `## Output of the agent\n\n${fenced(output)}`].join("\n\n")}\n`);
  return path;
}

function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
