import { appUri } from "../app-extension.js";
import { isSessionId } from "../../schema/session-id.js";
import { ProviderName } from "../../schema/provider-name.js";
import { invalidParams, resourceNotFound } from "../rpc-error.js";

/** What a URI of ours names. */
export type ResourceRef =
  | { kind: "sessions" }
  | { kind: "session"; sessionId: string }
  | { kind: "events"; sessionId: string; afterSeq?: number; limit?: number }
  | { kind: "transcript"; sessionId: string }
  | { kind: "live" }
  | { kind: "live-lines"; provider: string }
  | { kind: "view" };

/** Most lines that one read of `events.jsonl` gives. */
export const maxEventLines = 1000;

// Some clients drop the empty authority: session-log:/sessions is session-log:///sessions.
const shape = /^session-log:(?:\/\/)?(\/[^?#]*)(?:\?([^#]*))?$/i;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw invalidParams("The URI has a % that does not begin a byte of UTF-8 in hex digits");
  }
}

function sessionIdIn(text: string): string {
  if (isSessionId(text)) return text;
  throw invalidParams("session_id in the URI cannot name a session");
}

function providerIn(text: string): string {
  if (ProviderName.safeParse(text).success) return text;
  throw invalidParams("provider in the URI cannot name a provider");
}

function pathRef(path: string): ResourceRef | undefined {
  if (path === "/sessions") return { kind: "sessions" };
  if (path === "/live") return { kind: "live" };
  const live = /^\/live\/([^/]+)\.jsonl$/.exec(path);
  if (live) return { kind: "live-lines", provider: providerIn(live[1] as string) };
  const session = /^\/sessions\/([^/]+)(\/events\.jsonl|\/transcript\.md)?$/.exec(path);
  if (!session) return undefined;
  const sessionId = sessionIdIn(session[1] as string);
  if (session[2] === undefined) return { kind: "session", sessionId };
  return session[2] === "/transcript.md" ? { kind: "transcript", sessionId } : { kind: "events", sessionId };
}

function wholeNumber(name: string, value: string, { least, most }: { least: number; most: number }): number {
  const number = /^-?\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw invalidParams(`${name} in the URI has to be a whole number from ${least} to ${most}`);
}

function parametersOf(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of decoded(query).split("&")) {
    if (part === "") continue;
    const [name, ...value] = part.split("=");
    if (parameters.has(name as string)) throw invalidParams("A parameter stands twice in the URI");
    parameters.set(name as string, value.join("="));
  }
  return parameters;
}

function withParameters(ref: ResourceRef, parameters: Map<string, string>): ResourceRef {
  if (ref.kind !== "events") {
    if (parameters.size === 0) return ref;
    throw invalidParams("This resource takes no parameters");
  }
  const events = { ...ref };
  for (const [name, value] of parameters) {
    if (name === "after_seq") events.afterSeq = wholeNumber(name, value, { least: -1, most: Number.MAX_SAFE_INTEGER });
    else if (name === "limit") events.limit = wholeNumber(name, value, { least: 1, most: maxEventLines });
    else throw invalidParams("events.jsonl takes the parameters after_seq and limit only");
  }
  return events;
}

/**
 * Reads a URI: decodes first, validates after.
 * @throws {RpcError} -32002 for a URI that no template gives, -32602 for a parameter that is malformed or unknown.
 */
export function parseResourceUri(uri: string): ResourceRef {
  if (uri === resourceUris.view) return { kind: "view" };
  const [, path, query] = shape.exec(uri) ?? [];
  const ref = path === undefined ? undefined : pathRef(decoded(path));
  if (!ref) throw resourceNotFound(uri);
  return withParameters(ref, parametersOf(query ?? ""));
}

/** Path and template of each kind; the one place where URIs are made. The scheme `ui` is the one of MCP Apps. */
export const resourceUris = {
  sessions: "session-log:///sessions",
  session: (sessionId: string) => `session-log:///sessions/${sessionId}`,
  events: (sessionId: string) => `session-log:///sessions/${sessionId}/events.jsonl`,
  transcript: (sessionId: string) => `session-log:///sessions/${sessionId}/transcript.md`,
  live: "session-log:///live",
  liveLines: (provider: string) => `session-log:///live/${provider}.jsonl`,
  view: appUri,
} as const;
