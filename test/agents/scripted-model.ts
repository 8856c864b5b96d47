import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { Json, Reply, Shown, Wire } from "./wire.js";

/** One turn of the script, made when the model is asked for it: it may wait, and look at what came of the calls before. */
export type Step = (results: readonly string[]) => Reply | Promise<Reply>;

export interface ScriptedModel {
  /** `http://127.0.0.1:PORT`, without a path. */
  baseUrl: string;
  /** What the model was shown each time it was asked for a turn of the script. */
  asked: Shown[];
  /** The turns that it gave, in order. */
  given: Reply[];
  /** What steps threw; the agent was told that the script is over. */
  failures: unknown[];
}

const over: Reply = { text: "The script is over." };

/**
 * A model on loopback that plays a script: the turn after as many results as the request shows, so that a request sent twice gets the same turn.
 * Requests without tools are a client's own, for a title and the like, and get a line. It ends with the test.
 * @param prompt What tells the scripted conversation from a client's own.
 */
export async function scriptedModel(wire: Wire, { prompt, steps }: { prompt: string; steps: readonly Step[] }): Promise<ScriptedModel> {
  const asked: Shown[] = [];
  const given: Reply[] = [];
  const failures: unknown[] = [];
  const made: Promise<Reply>[] = [];
  const make = async ({ results }: Shown): Promise<Reply> => {
    try {
      const reply = (await steps[results.length]?.(results)) ?? over;
      given[results.length] = reply;
      return reply;
    } catch (error) {
      failures.push(error);
      return over;
    }
  };
  const replyTo = (shown: Shown): Promise<Reply> | Reply => {
    if (shown.tools.length === 0 || !shown.instructions.includes(prompt)) return { text: "Gauge of the harbour" };
    asked.push(shown);
    return (made[shown.results.length] ??= make(shown));
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url = "", method } = request;
    const body = parsed(await text(request));
    if (method !== "POST" || !wire.asks(url)) return sendJson(response, { input_tokens: 1, totalTokens: 1, data: [], models: [] });
    const shown = wire.read(body);
    const reply = await replyTo(shown);
    const turn = { nth: shown.results.length, model: typeof body["model"] === "string" ? body["model"] : "scripted" };
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const { name, data } of wire.events(reply, turn)) response.write(`${name === undefined ? "" : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`);
    response.end();
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      failures.push(error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, given, failures };
}

function parsed(body: string): Json {
  return body === "" ? {} : (JSON.parse(body) as Json);
}

function sendJson(response: ServerResponse, value: Json): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}
