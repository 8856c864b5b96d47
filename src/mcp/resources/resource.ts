import type { AnyLogEvent } from "../../schema/event.js";
import type { Mask } from "../../schema/ports.js";
import type { Services } from "../tool.js";
import type { ResourceRef } from "./uri.js";

/** What reading a resource may use. No resource searches. */
export interface ResourceContext extends Omit<Services, "search"> {
  readonly mask: Mask;
  /** The page of `view`, as HTML. */
  viewPage(): string;
}

/** How a resource shows in `resources/list` or, with a template, in `resources/templates/list`. Names hold ids, providers and times only. */
export interface ResourceEntry {
  uri: string;
  name: string;
  title: string;
  description: string;
  mimeType: string;
  /** For whom it is made. */
  audience: readonly ("user" | "assistant")[];
  /** How much it matters to know it, 0 to 1; clients may take what matters most into a context by themselves, so that none is near 1. */
  priority: number;
  /** RFC 3339. */
  lastModified?: string;
  /** Most bytes that reading it gives; asked for only where the entry is shown. */
  sizeBytes?(): number | undefined;
}

type RefOf<Kind extends ResourceRef["kind"]> = Extract<ResourceRef, { kind: Kind }>;

/** A resource as data: how it is listed, read and watched. */
export interface Resource<Kind extends ResourceRef["kind"] = ResourceRef["kind"]> {
  readonly kind: Kind;
  readonly mimeType: string;
  /** What the protocol's extensions say of its body. */
  readonly meta?: Readonly<Record<string, unknown>>;
  /** Left out of `resources/list`: what names it is a tool. */
  readonly isUnlisted?: true;
  /** Its URI, or its template: `entry.uri` then holds `{…}`. */
  readonly entry: ResourceEntry;
  /**
   * The body: masked, at most 1 MiB.
   * @throws {RpcError} -32002 where the session or provider is unknown.
   */
  read(ref: RefOf<Kind>, context: ResourceContext): string;
  /** Makes what a subscription needs; throws as `read` does. */
  watch(ref: RefOf<Kind>, context: ResourceContext): ResourceWatch;
}

/** How a subscription learns of changes. */
export interface ResourceWatch {
  /** Calls `listener` whenever the resource may have changed, from any process. @returns A function that ends it. */
  start(listener: () => void): () => void;
  /** A text that differs when the resource does; absent: every call of the listener is a change. */
  state?(): string;
}

export function defineResource<Kind extends ResourceRef["kind"]>(resource: Resource<Kind>): Resource {
  return resource as unknown as Resource;
}

/** Heartbeats say that somebody lives; they are no part of what a resource shows. */
export function isShown(event: AnyLogEvent): boolean {
  return event.type !== "heartbeat";
}
