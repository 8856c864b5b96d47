import { CoreError } from "../errors.js";
import { callerError, internalRpcError } from "./error-result.js";
import type { Host } from "./host.js";
import { pageOf } from "./pages.js";
import { listedEntries, templateEntries } from "./resources/catalogue.js";
import type { Resource, ResourceContext, ResourceEntry, ResourceWatch } from "./resources/resource.js";
import { parseResourceUri, type ResourceRef } from "./resources/uri.js";
import { resourceNotFound, RpcError, rpcCodes } from "./rpc-error.js";

interface ListedResource {
  name: string;
  title: string;
  description: string;
  mimeType: string;
  annotations: { audience: ("user" | "assistant")[]; priority: number; lastModified?: string };
  size?: number;
  [key: string]: unknown;
}

function listed({ name, title, description, mimeType, audience, priority, lastModified, sizeBytes }: ResourceEntry): ListedResource {
  const size = sizeBytes?.();
  return {
    name,
    title,
    description,
    mimeType,
    annotations: { audience: [...audience], priority, ...(lastModified !== undefined && { lastModified }) },
    ...(size !== undefined && { size }),
  };
}

/** Answers the protocol's requests about resources. All methods throw `RpcError` only. */
export class ResourceRequests {
  readonly #host: Host;
  readonly #all: readonly Resource[];

  constructor(host: Host, all: readonly Resource[]) {
    this.#host = host;
    this.#all = all;
  }

  async list(cursor: string | undefined): Promise<{ resources: (ListedResource & { uri: string })[]; nextCursor?: string }> {
    return this.#answer(undefined, (context) => {
      const { page, ...next } = pageOf(listedEntries(this.#all, context), cursor);
      return { resources: page.map((entry) => ({ uri: entry.uri, ...listed(entry) })), ...next };
    });
  }

  templates(cursor: string | undefined): { resourceTemplates: (ListedResource & { uriTemplate: string })[]; nextCursor?: string } {
    const { page, ...next } = pageOf(templateEntries(this.#all), cursor);
    return { resourceTemplates: page.map((entry) => ({ uriTemplate: entry.uri, ...listed(entry) })), ...next };
  }

  async read(uri: string): Promise<{ contents: { uri: string; mimeType: string; text: string; _meta?: Readonly<Record<string, unknown>> }[] }> {
    const { resource, ref } = this.#named(uri);
    return this.#answer(uri, (context) => ({
      contents: [{ uri, mimeType: resource.mimeType, text: resource.read(ref, context), ...(resource.meta && { _meta: resource.meta }) }],
    }));
  }

  /** Hands what is needed to watch `uri` to `use`. */
  async watch(uri: string, use: (watch: () => ResourceWatch) => void): Promise<void> {
    const { resource, ref } = this.#named(uri);
    await this.#answer(uri, (context) => use(() => resource.watch(ref, context)));
  }

  #named(uri: string): { resource: Resource; ref: ResourceRef } {
    const ref = parseResourceUri(uri);
    const resource = this.#all.find(({ kind }) => kind === ref.kind);
    if (!resource) throw resourceNotFound(uri);
    return { resource, ref };
  }

  async #answer<T>(uri: string | undefined, make: (context: ResourceContext) => T): Promise<T> {
    try {
      const { logs, catalogue, ingest } = await this.#host.services();
      return make({ logs, catalogue, ingest, mask: this.#host.mask, viewPage: () => this.#host.viewPage() });
    } catch (error) {
      throw this.#asRpcError(error, uri);
    }
  }

  #asRpcError(error: unknown, uri: string | undefined): RpcError {
    if (error instanceof RpcError) return error;
    if (error instanceof CoreError && error.code === "SESSION_NOT_FOUND") return resourceNotFound(uri ?? "");
    const told = callerError(error);
    if (told) return new RpcError(rpcCodes.internal, `${told.code}: ${this.#host.mask(told.message)}`);
    return internalRpcError(error, this.#host.onInternal);
  }
}
