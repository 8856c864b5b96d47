import { z } from "zod";
import type { RequestId } from "../json-rpc.js";
import type { ResourceWatch } from "../resources/resource.js";
import type { Services } from "../tool.js";
import { Updates } from "../updates.js";
import { metaKeys } from "./revision.js";

/** What a client wants to hear of. */
export const ListenParams = z.looseObject({
  notifications: z.looseObject({
    resourcesListChanged: z.boolean().optional(),
    resourceSubscriptions: z.array(z.string()).max(1000).optional(),
  }),
});
type Wanted = z.output<typeof ListenParams>["notifications"];

export interface ListenStreamOptions {
  /** Sends a notification; resolves when the stream takes more. */
  send: (method: string, params: Record<string, unknown>) => Promise<void>;
  onError: (error: unknown) => void;
}

/** One `subscriptions/listen`: tells of the changes that it asked for, each with the id of its request, until it ends. Tools and prompts never change here. */
export class ListenStream {
  readonly #id: RequestId;
  readonly #options: ListenStreamOptions;
  readonly #updates: Updates;

  constructor(id: RequestId, options: ListenStreamOptions) {
    this.#id = id;
    this.#options = options;
    this.#updates = new Updates(
      { updated: (uri) => this.#send("notifications/resources/updated", { uri }), listChanged: () => this.#send("notifications/resources/list_changed", {}) },
      options,
    );
  }

  /** The list of resources was shown. */
  listShown(): void {
    this.#updates.listShown();
  }

  /** Tells what of `wanted` there will be, and begins with it. @param watches One for each URI. */
  async begin(wanted: Wanted, { services, listed, watches }: { services: Services; listed: () => readonly string[]; watches: ReadonlyMap<string, ResourceWatch> }): Promise<void> {
    const uris = [...watches.keys()];
    const notifications = { ...(wanted.resourcesListChanged && { resourcesListChanged: true }), ...(uris.length > 0 && { resourceSubscriptions: uris }) };
    await this.#send("notifications/subscriptions/acknowledged", { notifications });
    if (wanted.resourcesListChanged) this.#updates.listenTo(services.catalogue, listed);
    for (const [uri, watch] of watches) this.#updates.subscriptions.add(uri, () => watch);
  }

  close(): void {
    this.#updates.close();
  }

  #send(method: string, params: Record<string, unknown>): Promise<void> {
    return this.#options.send(method, { ...params, _meta: { [metaKeys.subscriptionId]: this.#id } });
  }
}
