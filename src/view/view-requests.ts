import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { CoreError } from "../errors.js";
import { type Access, isForUs, isFromElsewhere } from "./access.js";
import { ChangeStream } from "./change-stream.js";
import { pageTools, type ViewData } from "./view-data.js";
import type { ViewPage } from "./view-page.js";

export interface ViewRequestsOptions {
  access: Access;
  data: ViewData;
  page: ViewPage;
  port(): number;
  /** Told of failures of ours. */
  onInternal(error: unknown): void;
}

function headersFor({ script }: ViewPage): Record<string, string> {
  const hash = createHash("sha256").update(script).digest("base64");
  return {
    // Styles are constructed by the script, which no source has to allow.
    "content-security-policy": `default-src 'none'; script-src 'sha256-${hash}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'`,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
  };
}

/** Answers the requests of the page, and refuses all others. */
export class ViewRequests {
  readonly #options: ViewRequestsOptions;
  readonly #headers: Record<string, string>;

  constructor(options: ViewRequestsOptions) {
    this.#options = options;
    this.#headers = headersFor(options.page);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(this.#headers)) response.setHeader(name, value);
    try {
      await this.#route(request, response);
    } catch (error) {
      this.#fail(error, response);
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { access, page, port } = this.#options;
    if (!isForUs(request, port())) return text(response, 403, "This address is not the one of the page.");
    if (request.method !== "GET") return text(response.setHeader("allow", "GET"), 405, "Only GET is answered here.");
    // The path is taken as it was sent: what would have to be put right first is none of ours.
    const [path = "", query = ""] = (request.url ?? "").split(/\?(.*)/s);
    const parameters = new URLSearchParams(query);
    const cookie = path === access.basePath && parameters.has("token") ? access.exchange(parameters.get("token") ?? "") : undefined;
    if (cookie !== undefined) response.setHeader("set-cookie", cookie);
    else if (!access.isKnown(request)) return text(response, 403, "The link to this page was used already, or is not whole. Run session-log-mcp view again.");
    if (path === access.basePath) return html(response, page.html);
    if (isFromElsewhere(request)) return text(response, 403, "Only the page itself may ask.");
    if (path === `${access.basePath}changes`) return this.#changes(response, parameters);
    const tool = pageTools.find((name) => path === `${access.basePath}tools/${name}`);
    if (tool !== undefined) return json(response, 200, { answer: await this.#options.data.callTool(tool, argumentsOf(parameters)) });
    text(response, 404, "There is nothing here.");
  }

  #changes(response: ServerResponse, parameters: URLSearchParams): void {
    void new ChangeStream(response, this.#options.data, { sessionId: parameters.get("session") ?? undefined });
  }

  #fail(error: unknown, response: ServerResponse): void {
    if (response.destroyed || response.headersSent) return;
    if (error instanceof CoreError && error.code !== "INTERNAL") return json(response, 400, { error: `${error.code}: ${error.message}` });
    this.#options.onInternal(error);
    json(response, 500, { error: "INTERNAL: The command failed. Its stderr tells more." });
  }
}

function argumentsOf(parameters: URLSearchParams): Record<string, unknown> {
  const given = parameters.get("args") ?? "{}";
  try {
    const parsed: unknown = JSON.parse(given);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new CoreError("INVALID_ARGUMENT", "args is no JSON object. Give one.");
}

function send(response: ServerResponse, status: number, { type, body }: { type: string; body: string }): void {
  response.writeHead(status, { "content-type": `${type}; charset=utf-8`, "content-length": Buffer.byteLength(body) }).end(body);
}

function text(response: ServerResponse, status: number, body: string): void {
  send(response, status, { type: "text/plain", body: `${body}\n` });
}

function html(response: ServerResponse, body: string): void {
  send(response, 200, { type: "text/html", body });
}

function json(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, { type: "application/json", body: JSON.stringify(value) });
}
