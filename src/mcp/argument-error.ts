import type { z } from "zod";
import { CoreError } from "../errors.js";
import { isDeeperThan, maxDepth } from "./nesting.js";

type Issue = z.core.$ZodIssue;

const shownCharacters = 80;
const shownIssues = 3;
const shownNames = 5;
/** Of the longest list that a tool takes. */
const mostItems = 1000;

/** A value of the caller's, as JSON and short. No code point is split. */
function shown(value: unknown): string {
  if (isDeeperThan(value, maxDepth)) return `(nested deeper than ${maxDepth} levels)`;
  const text = JSON.stringify(value) ?? String(value);
  const points = Array.from(text.slice(0, 2 * shownCharacters));
  return points.length > shownCharacters ? `${points.slice(0, shownCharacters).join("")}…` : text;
}

function valueAt(args: unknown, path: readonly PropertyKey[]): unknown {
  let value = args;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, key) => {
    if (typeof key === "number") return `${name}[${key}]`;
    return name === "" ? String(key) : `${name}.${String(key)}`;
  }, "");
}

const units: Record<string, string> = { string: " characters", array: " items", set: " items" };

function allowed(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `give ${/^[aeiou]/.test(issue.expected) ? "an" : "a"} ${issue.expected}`;
    case "invalid_value":
      return `give ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "too_big":
      return `give at most ${issue.maximum}${units[issue.origin] ?? ""}`;
    case "too_small":
      return `give at least ${issue.minimum}${units[issue.origin] ?? ""}`;
    default:
      return issue.message;
  }
}

function sentence(issue: Issue, args: unknown, known: readonly string[]): string {
  const name = nameOf(issue.path);
  if (issue.code === "unrecognized_keys") {
    return unknownNames(issue.keys, { known, place: name });
  }
  const value = valueAt(args, issue.path);
  const wrong = value === undefined ? `${name || "arguments"} is missing` : `${name || "arguments"} ${shown(value)} is not allowed`;
  return `${wrong}: ${allowed(issue)}.`;
}

function unknownNames(names: readonly string[], { known, place }: { known: readonly string[]; place: string }): string {
  const more = names.length > shownNames ? ` and ${names.length - shownNames} more` : "";
  const taken = place === "" ? `It takes ${known.length === 0 ? "none" : known.join(", ")}` : `See the description of ${place}`;
  const quoted = names.slice(0, shownNames).map(shown).join(", ");
  return `Unknown argument${names.length > 1 ? "s" : ""} ${quoted}${more}${place === "" ? "" : ` in ${place}`}. ${taken}.`;
}

/**
 * Refuses what no tool takes before each part of it is checked on its own: a million faults would cost gigabytes to name.
 * @param known Names of the arguments that the tool takes.
 * @throws {CoreError} `INVALID_ARGUMENT`.
 */
export function refuseUnbounded(args: unknown, known: readonly string[]): void {
  if (typeof args !== "object" || args === null) return;
  const names = Object.keys(args).filter((name) => !known.includes(name));
  if (names.length > shownNames) throw new CoreError("INVALID_ARGUMENT", unknownNames(names, { known, place: "" }));
  for (const [name, value] of Object.entries(args)) {
    if (Array.isArray(value) && value.length > mostItems) throw new CoreError("INVALID_ARGUMENT", `${name} of ${value.length} items is not allowed: give at most ${mostItems} items.`);
  }
}

/**
 * What is wrong with a tool's arguments: each with its name, its value (shortened) and what is allowed instead.
 * @param known Names of the arguments that the tool takes.
 */
export function argumentError(error: z.ZodError, args: unknown, { known }: { known: readonly string[] }): CoreError {
  const sentences = error.issues.slice(0, shownIssues).map((issue) => sentence(issue, args, known));
  return new CoreError("INVALID_ARGUMENT", sentences.join(" "), { cause: error });
}
