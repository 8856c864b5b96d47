import { objects, textOf, type Json, type Wire } from "../wire.js";

/** Google's `generateContent`, as Gemini CLI speaks it. */
export const gemini: Wire = {
  asks: (path) => /:streamGenerateContent/.test(path),
  read(body) {
    const parts = objects(body["contents"]).flatMap((content) => objects(content["parts"]));
    return {
      tools: objects(body["tools"]).flatMap(({ functionDeclarations }) => objects(functionDeclarations).map(({ name }) => String(name))),
      instructions: [textOf((body["systemInstruction"] as Json | undefined)?.["parts"]), textOf(parts)].join("\n"),
      results: parts.flatMap(({ functionResponse }) => (functionResponse === undefined ? [] : [responseText(functionResponse as Json)])),
    };
  },
  events(reply, { nth, model }) {
    const call = reply.call && { functionCall: { id: `call_scripted${nth}`, name: reply.call.name, args: reply.call.input } };
    const parts = [{ text: reply.text }, ...(call ? [call] : [])];
    const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 };
    return [{ data: { candidates: [{ content: { role: "model", parts }, index: 0, finishReason: "STOP" }], modelVersion: model, responseId: `scripted${nth}`, usageMetadata } }];
  },
};

/** An answer stands below `output`, a failure below `error`. */
function responseText({ response }: Json): string {
  const { output, error, ...other } = response as Json;
  const text = output ?? error;
  return typeof text === "string" ? text : JSON.stringify(text ?? other);
}
