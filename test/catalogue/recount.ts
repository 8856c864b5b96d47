import { readFileSync } from "node:fs";

type Fields = Record<string, unknown>;

/** What a log says of its session, counted the plain way: the fields of a session in full that come from the events alone. */
export function readSession(logPath: string): Fields {
  const events = readFileSync(logPath, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line) as Fields);
  const told = events.filter((event) => event["type"] !== "heartbeat");
  const main = events.filter((event) => event["agent_id"] === undefined);
  const ofType = (type: string): Fields[] => events.filter((event) => event["type"] === type);
  const lastOf = (values: unknown[]): unknown => values.filter((value) => typeof value === "string").at(-1);
  const facts = (name: string): unknown[] => events.filter((event) => event["type"] === "provider_status" && event["message"] === name).map((event) => event["data"]);
  const starts = ofType("session_started");
  const usage = ofType("usage");
  const sum = (name: string): number => usage.reduce((total, event) => total + Number(event[name] ?? 0), 0);
  const last = new Date(Math.max(...told.map((event) => Date.parse(String(event["ts"]))))).toISOString();
  const title = lastOf([...starts.map((event) => event["title"]), ...facts("title")]) ?? main.find((event) => event["type"] === "user_message")?.["content"];
  return clean({
    title,
    provider: events[0]?.["provider"],
    last,
    last_event_at: last,
    started_at: events[0]?.["ts"],
    workspace: lastOf([...starts.map((event) => event["cwd"]), ...facts("workspace")]),
    command: lastOf(starts.map((event) => event["command"])),
    events: told.length,
    user_messages: main.filter((event) => event["type"] === "user_message").length,
    tool_calls: ofType("tool_call").length,
    tool_errors: ofType("tool_result").filter((event) => event["success"] === false).length,
    tokens: usage.length > 0 ? { input: sum("input_tokens"), output: sum("output_tokens") } : undefined,
    provider_session_id: lastOf(events.map((event) => event["provider_session_id"])),
  });
}

function clean(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
