import { fileURLToPath } from "node:url";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { McpError } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

const timeoutMs = 3000;

/** The SDK's own schema refuses the whole answer for one root that is no folder. */
const RootsResult = z.looseObject({ roots: z.array(z.looseObject({ uri: z.string() })) });

/** The folders that the client works in. They are asked for when they are first needed, and again after the client said that they changed. */
export class ClientRoots {
  readonly #server: Server;
  #first: Promise<string | undefined> | undefined;

  constructor(server: Server) {
    this.#server = server;
  }

  /** The client's first root as a path; undefined where it has none, does not tell, or does not answer in time. */
  first(): Promise<string | undefined> {
    this.#first ??= this.#ask();
    return this.#first;
  }

  forget(): void {
    this.#first = undefined;
  }

  async #ask(): Promise<string | undefined> {
    if (!this.#server.getClientCapabilities()?.roots) return undefined;
    try {
      const { roots } = await this.#server.request({ method: "roots/list" }, RootsResult, { timeout: timeoutMs });
      return roots.map(({ uri }) => pathOf(uri)).find((path) => path !== undefined);
    } catch (error) {
      // A refusal, a time-out or an answer of another shape: the client does not tell.
      if (!(error instanceof McpError) && !(error instanceof z.core.$ZodError)) throw error;
      return undefined;
    }
  }
}

function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith("file:") ? fileURLToPath(uri) : undefined;
  } catch (error) {
    if (!(error instanceof TypeError) && !(error instanceof URIError)) throw error;
    return undefined;
  }
}
