import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gemini } from "../../src/providers/gemini/gemini.js";
import type { NativeFile, ParsedEvent } from "../../src/providers/provider.js";
import { asLogged, companionsOf, type LoggedLike, parseWhole } from "./parsed.js";

/** Chat files below a root that belong to a session, in the order in which the engine imports them: main files by their start, then sub-agents. */
export function sessionFiles(root: string, sessionId: string): NativeFile[] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).flatMap((path) => gemini.classify(root, path) ?? []);
  const own = files.map((file) => ({ file, head: gemini.head(readFileSync(file.path), file, companionsOf(file)) }));
  return own
    .filter(({ file, head }) => (file.nativeSessionId || head.nativeSessionId) === sessionId)
    .toSorted((a, b) => Number(a.file.role !== "main") - Number(b.file.role !== "main") || String(a.head.startedAt).localeCompare(String(b.head.startedAt)))
    .map(({ file }) => file);
}

/** What a log would hold of a session after all its files were read: sub-agents hang on the calls that spawned them. */
export function readSession(root: string, sessionId: string): LoggedLike[] {
  const parsed = sessionFiles(root, sessionId).map((file) => parseWhole(gemini, readFileSync(file.path), { file, companions: companionsOf(file) }));
  const links = new Map(parsed.flatMap(({ agents }) => agents.map(({ agentId, parentToolId }) => [agentId, parentToolId] as const)));
  const linked = parsed.flatMap(({ events }) => events).map((event): ParsedEvent => {
    const parentToolId = event.agentId === undefined ? undefined : links.get(event.agentId);
    return parentToolId === undefined ? event : { ...event, parentToolId };
  });
  return asLogged(linked);
}

/** Text of a file, "" where it is not there. */
export function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
