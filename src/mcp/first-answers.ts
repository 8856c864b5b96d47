import { isObject, type RpcRequest } from "./json-rpc.js";
import { initialized } from "./legacy/handshake.js";
import { discovered, stamped } from "./modern/results.js";
import { isModern, metaKeys, modernVersions } from "./modern/revision.js";

/** What is known of the server while nothing of it is loaded. */
export interface ServerCard {
  version: string;
  /** As `tools/list` shows them. */
  tools: readonly { name: string }[];
}

/**
 * Answers what every client asks first, out of data: schemas, the SDK and the tools take several times as long to load as Node itself.
 * What it does not know, or what looks unusual, is left to the server of its era.
 */
export class FirstAnswers {
  readonly #card: ServerCard;
  readonly #toolNames: readonly string[];

  constructor(card: ServerCard) {
    this.#card = card;
    this.#toolNames = card.tools.map(({ name }) => name);
  }

  /** @returns The result; undefined where the server has to answer. */
  resultFor(request: RpcRequest): Record<string, unknown> | undefined {
    return isModern(request) ? this.#modern(request) : this.#legacy(request);
  }

  #legacy({ method, params }: RpcRequest): Record<string, unknown> | undefined {
    if (method === "ping") return {};
    if (method === "tools/list" && params?.["cursor"] === undefined) return { tools: this.#card.tools };
    if (method !== "initialize" || !isPlainHandshake(params)) return undefined;
    return initialized(params.protocolVersion, { version: this.#card.version, toolNames: this.#toolNames });
  }

  #modern({ method, params }: RpcRequest): Record<string, unknown> | undefined {
    if (!isPlainSender(params?.["_meta"])) return undefined;
    if (method === "server/discover") return stamped(method, discovered(this.#toolNames), this.#card);
    if (method === "tools/list" && params?.["cursor"] === undefined) return stamped(method, { tools: this.#card.tools }, this.#card);
    return undefined;
  }
}

function isPlainHandshake(params: RpcRequest["params"]): params is { protocolVersion: string } {
  if (typeof params?.["protocolVersion"] !== "string") return false;
  const { capabilities, clientInfo } = params;
  const areObjects = isObject(capabilities) && Object.values(capabilities).every(isObject);
  return areObjects && isObject(clientInfo) && typeof clientInfo["name"] === "string" && typeof clientInfo["version"] === "string";
}

function isPlainSender(meta: unknown): boolean {
  if (!isObject(meta)) return false;
  const { [metaKeys.protocolVersion]: version, [metaKeys.clientCapabilities]: capabilities, [metaKeys.clientInfo]: info, progressToken } = meta;
  const isNamed = info === undefined || (isObject(info) && typeof info["name"] === "string");
  return modernVersions.some((known) => known === version) && isObject(capabilities) && isNamed && progressToken === undefined;
}
