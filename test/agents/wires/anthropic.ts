import { objects, textOf, type Wire } from "../wire.js";

/** Anthropic's Messages, as Claude Code speaks it, and Copilot CLI to a provider of that type. */
export const anthropic: Wire = {
  asks: (path) => /\/v1\/messages(?:\?|$)/.test(path),
  read(body) {
    const messages = objects(body["messages"]);
    const blocks = messages.flatMap(({ content }) => objects(content));
    return {
      tools: objects(body["tools"]).map(({ name }) => String(name)),
      instructions: [textOf(body["system"]), ...messages.filter(({ role }) => role !== "assistant").map(({ content }) => textOf(content))].join("\n"),
      results: blocks.filter(({ type }) => type === "tool_result").map(({ content }) => textOf(content)),
    };
  },
  events(reply, { nth, model }) {
    const blocks = [
      { start: { type: "text", text: "" }, delta: { type: "text_delta", text: reply.text } },
      ...(reply.call
        ? [{ start: { type: "tool_use", id: `toolu_scripted${nth}`, name: reply.call.name, input: {} }, delta: { type: "input_json_delta", partial_json: JSON.stringify(reply.call.input) } }]
        : []),
    ];
    const usage = { input_tokens: 10, output_tokens: 5 };
    const message = { id: `msg_scripted${nth}`, type: "message", role: "assistant", model, content: [], stop_reason: null, stop_sequence: null, usage };
    const data = [
      { type: "message_start", message },
      ...blocks.flatMap(({ start, delta }, index) => [
        { type: "content_block_start", index, content_block: start },
        { type: "content_block_delta", index, delta },
        { type: "content_block_stop", index },
      ]),
      { type: "message_delta", delta: { stop_reason: reply.call ? "tool_use" : "end_turn", stop_sequence: null }, usage },
      { type: "message_stop" },
    ];
    return data.map((event) => ({ name: event.type, data: event }));
  },
};
