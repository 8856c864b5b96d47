import type { Agent } from "./agent.js";
import { planted } from "./planted-session.js";
import type { Step } from "./scripted-model.js";
import type { ToolUse } from "./wire.js";

/** What the user asks; its rare word stands in no other session. */
export const prompt = "Read the gauge, and tell me what we know of the Springflut – 大潮.";
export const lastAnswer = "The gauge says 41; of the Springflut nothing is known.";
export const command = "echo gauge 41; exit 3";
export const note = "The gauge was read by hand.";

/** One turn of the model, by a name under which its result is looked up. */
export interface Part {
  name: string;
  says: string;
  call: ToolUse | ((results: readonly string[]) => ToolUse);
}

/** The object that a tool answered, out of what a client made of it for its model. @throws {SyntaxError} where it was cut. */
export function answerIn(result: string): unknown {
  return JSON.parse(result.slice(result.indexOf("{"), result.lastIndexOf("}") + 1));
}

/** The call that an answer's `next` names, as a model would make it. */
function callOf(next: string): [tool: string, input: ToolUse["input"]] {
  const space = next.indexOf(" ");
  return [next.slice(0, space), JSON.parse(next.slice(space)) as ToolUse["input"]];
}

/** What the model does after the prompt, one call a turn. */
export function partsFor(agent: Agent): Part[] {
  const ours = (tool: string, input: ToolUse["input"] = {}): ToolUse => ({ name: agent.toolName(tool), input });
  const part = (name: string, call: Part["call"]): Part => ({ name, says: `Now for the step "${name}".`, call });
  return [
    ...(agent.discovery ? [part("discovery", agent.discovery)] : []),
    part("current at once", ours("read_session", { session_id: "current", from: "start" })),
    part("shell", agent.shell(command)),
    part("list", ours("list_sessions")),
    part("search", ours("search_sessions", { query: planted.rareWord })),
    part("next of search", (results) => ours(...callOf((answerIn(results.at(-1) ?? "") as { next: string }).next))),
    part("long read", ours("read_session", { session_id: planted.id, from: "start", limit: 500 })),
    part("current", ours("read_session", { session_id: "current", from: "start" })),
    part("search for oneself", ours("search_sessions", { query: "Springflut" })),
    part("previous", ours("read_session", { session_id: "previous", limit: 2 })),
    part("note", ours("emit_event", { session_id: "current", message: note, key: "note-1" })),
    part("stats", ours("session_stats", { session_id: "current", group_by: "tool" })),
    ...(agent.readResource ? [part("resource", agent.readResource(`session-log:///sessions${agent.readsListedOnly ? "" : `/${planted.id}/transcript.md`}`))] : []),
    part("unknown session", ours("read_session", { session_id: "nowhere" })),
    part("unknown argument", ours("search_sessions", { query: "gauge", project: "." })),
  ];
}

/** The turns of a model that does these parts and then answers; `before` runs before each reply, that of the last answer included. */
export function stepsOf(parts: readonly Part[], before: (name: string) => Promise<void>): Step[] {
  const calls = parts.map(({ name, says, call }): Step => async (results) => {
    await before(name);
    return { text: says, call: typeof call === "function" ? call(results) : call };
  });
  const last: Step = async () => {
    await before("answer");
    return { text: lastAnswer };
  };
  return [...calls, last];
}
