import { expect, it } from "vitest";
import { codex } from "../../../src/providers/codex/codex.js";

const thread = "0198a0c0-0000-7000-8000-000000000001";
const line = (type: string, payload: object) => JSON.stringify({ timestamp: "2026-11-22T10:00:00.000Z", type, payload });
const item = (role: string, text: string) => line("response_item", { type: "message", role, content: [{ type: role === "user" ? "input_text" : "output_text", text }] });

it.each([
  ["an event", line("event_msg", { type: "event_of_tomorrow", count: 1 })],
  ["a record", line("record_of_tomorrow", { count: 1 })],
])("takes injected text for no prompt because %s of a later version stands beside it", (_, later) => {
  const file = codex.classify("/root", `sessions/2026/11/22/rollout-2026-11-22T10-00-00-${thread}.jsonl`);
  if (!file) throw new Error("The rollout is not known");
  const lines = [
    line("session_meta", { id: thread, timestamp: "2026-11-22T10:00:00.000Z", cwd: "/w", source: "cli" }),
    line("turn_context", { cwd: "/w", model: "gpt-5" }),
    item("user", "typed"),
    line("event_msg", { type: "user_message", message: "typed" }),
    item("assistant", "answered"),
    later,
    item("user", "injected by nobody we know"),
    item("assistant", "done"),
  ];
  const { events } = codex.parse(codex.start(file, {}), Buffer.from(`${lines.join("\n")}\n`), { final: true });
  expect(events.flatMap(({ kind }) => (kind.type === "user_message" ? [kind.content] : []))).toEqual(["typed"]);
});
