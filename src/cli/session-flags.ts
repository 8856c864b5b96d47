import type { Flag } from "./flag.js";
import type { Given } from "./given.js";

/** `--json`, for a command that prints what a tool answers. */
export const jsonFlag: Flag = { name: "json", text: "print the answer of the tool as JSON" };

/** Flags that choose sessions, as the tools do. */
export const sessionFlags: readonly Flag[] = [
  { name: "provider", value: "NAME", text: "only sessions of claude, codex, gemini, copilot or another writer", completes: "provider" },
  { name: "workspace", value: "PATH", text: "only sessions in this folder or below; . is here", completes: "folder" },
  { name: "file", value: "PATH", text: "only sessions whose tools read or changed this file", completes: "path" },
  { name: "since", value: "WHEN", text: "not before: a time, a date or an age such as 30m, 2h, 3d, 1w" },
  { name: "until", value: "WHEN", text: "not after: the same forms" },
];

/** The arguments of a tool that the texts of these flags are; what was not given is absent. */
export function textArguments(given: Given, names: readonly string[]): Record<string, string> {
  const entries = names.map((name) => [name.replaceAll("-", "_"), given.text(name)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** A list as `--types user_message,tool_call` gives it; absent where it was not given. */
export function listArgument(given: Given, name: string): Record<string, string[]> {
  const text = given.text(name);
  return text === undefined ? {} : { [name.replaceAll("-", "_")]: text.split(",").map((part) => part.trim()).filter((part) => part !== "") };
}
