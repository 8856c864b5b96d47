import { type Json, objects, type Reply, textOf, type ToolUse, type Wire } from "../wire.js";

/** The tool by which Codex lets a model find those of MCP servers; the client runs it, and the names that it found may be called from then on. */
export const codexToolSearch = "tool_search";

/** OpenAI's Responses, as Codex speaks it. A tool of an MCP server is named by its namespace, a dot and its own name. */
export const responses: Wire = {
  asks: (path) => path.endsWith("/responses"),
  read(body) {
    const items = objects(body["input"]);
    const found = items.filter(({ type }) => type === "tool_search_output").flatMap(({ tools }) => objects(tools));
    return {
      tools: [...objects(body["tools"]), ...found].flatMap(toolNames),
      instructions: [textOf(body["instructions"]), ...items.filter(({ type, role }) => type === "message" && role !== "assistant").map(({ content }) => textOf(content)), ...found.map(({ description }) => String(description))].join("\n"),
      results: items.flatMap(({ type, output, tools }) => {
        if (type === "tool_search_output") return [JSON.stringify(tools)];
        return type === "function_call_output" ? [textOf(output)] : [];
      }),
    };
  },
  events(reply, { nth, model }) {
    const output = outputItems(reply, nth);
    const id = `resp_scripted${nth}`;
    const usage = { input_tokens: 10, input_tokens_details: { cached_tokens: 0 }, output_tokens: 5, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 15 };
    const data: (Json & { type: string })[] = [
      { type: "response.created", response: { id, model, status: "in_progress" } },
      ...output.flatMap((item, index) => [
        { type: "response.output_item.added", output_index: index, item },
        { type: "response.output_item.done", output_index: index, item },
      ]),
      { type: "response.completed", response: { id, model, status: "completed", output, usage } },
    ];
    return data.map((event) => ({ name: event.type, data: event }));
  },
};

function toolNames({ type, name, tools }: Json): string[] {
  if (type === "namespace") return objects(tools).map((tool) => `${String(name)}.${String(tool["name"])}`);
  return [typeof name === "string" ? name : String(type)];
}

function outputItems({ text, call }: Reply, nth: number): Json[] {
  const message = { type: "message", id: `msg_scripted${nth}`, role: "assistant", status: "completed", content: [{ type: "output_text", text, annotations: [] }] };
  return call ? [message, callItem(call, nth)] : [message];
}

function callItem({ name, input }: ToolUse, nth: number): Json {
  const call = { id: `fc_scripted${nth}`, call_id: `call_scripted${nth}`, status: "completed" };
  if (name === codexToolSearch) return { type: "tool_search_call", ...call, execution: "client", arguments: input };
  const [last = name, namespace] = name.split(".").reverse();
  return { type: "function_call", ...call, name: last, ...(namespace !== undefined && { namespace }), arguments: JSON.stringify(input) };
}
