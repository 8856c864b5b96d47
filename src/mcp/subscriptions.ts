import { Coalescer } from "./coalescer.js";
import type { ResourceWatch } from "./resources/resource.js";

/** At most 20 updates a second for one URI; a little more than 50 ms, so that they are no more where they arrive unevenly. */
const updateIntervalMs = 55;

class Subscription {
  readonly #watch: ResourceWatch;
  readonly #coalescer: Coalescer;
  readonly #end: () => void;
  #state: string | undefined;

  constructor(watch: ResourceWatch, notify: () => Promise<void>, { onError }: { onError: (error: unknown) => void }) {
    this.#watch = watch;
    this.#coalescer = new Coalescer(() => this.#check(notify), { intervalMs: updateIntervalMs, onError });
    this.#state = watch.state?.();
    this.#end = watch.start(() => this.#coalescer.poke());
    // What was written between the look at the state and the start of the watch would else go unseen.
    if (watch.state) this.#coalescer.poke();
  }

  close(): void {
    this.#end();
    this.#coalescer.stop();
  }

  async #check(notify: () => Promise<void>): Promise<void> {
    const state = this.#watch.state?.();
    if (state !== undefined && state === this.#state) return;
    this.#state = state;
    await notify();
  }
}

/**
 * Who subscribed to what. A URI is told of with the subscriber's own spelling: the first change at once, then at most 20 a second, the last never lost.
 */
export class Subscriptions {
  readonly #notify: (uri: string) => Promise<void>;
  readonly #options: { onError: (error: unknown) => void };
  readonly #byUri = new Map<string, Subscription>();
  #closed = false;

  /**
   * @param notify Sends one `notifications/resources/updated`; resolves when the stream takes more.
   * @param options.onError Told where a look at a resource or the sending fails.
   */
  constructor(notify: (uri: string) => Promise<void>, options: { onError: (error: unknown) => void }) {
    this.#notify = notify;
    this.#options = options;
  }

  /** Subscribing again changes nothing. */
  add(uri: string, watch: () => ResourceWatch): void {
    if (this.#closed || this.#byUri.has(uri)) return;
    this.#byUri.set(uri, new Subscription(watch(), () => this.#notify(uri), this.#options));
  }

  remove(uri: string): void {
    this.#byUri.get(uri)?.close();
    this.#byUri.delete(uri);
  }

  /** Ends all; nothing can be added from now on. */
  close(): void {
    this.#closed = true;
    for (const uri of this.#byUri.keys()) this.remove(uri);
  }
}
