import type { OpenServices } from "./open-services.js";

export interface LazyServicesOptions {
  /** Makes the parts; called once. */
  open(warn: (message: string) => void): Promise<OpenServices>;
  warn(message: string): void;
  exit(code: number): void;
}

/** Opens the parts behind the server once, at the first call. */
export class LazyServices {
  readonly #options: LazyServicesOptions;
  #opened: Promise<OpenServices> | undefined;
  #stopped = false;

  constructor(options: LazyServicesOptions) {
    this.#options = options;
  }

  /** A failure is said and ends the process. @throws {Error} where the server stops and nothing was opened yet; the failure. */
  get(): Promise<OpenServices> {
    if (this.#stopped && !this.#opened) return Promise.reject(new Error("The server stops"));
    this.#opened ??= this.#options.open(this.#options.warn).catch((error: unknown) => {
      this.#options.warn(error instanceof Error ? error.message : String(error));
      this.#options.exit(1);
      throw error;
    });
    return this.#opened;
  }

  /** Closes what was opened; nothing is opened after it. */
  async close(reason: string): Promise<void> {
    this.#stopped = true;
    await (await this.#opened)?.close(reason);
  }
}
