import { fdatasync } from "node:fs";

/**
 * fdatasync for many at once: whoever asks while one is running shares the next.
 */
export class GroupSync {
  readonly #fd: number;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Resolves once all that was written before the call is on disk. @throws The system error. */
  sync(): Promise<void> {
    if (!this.#running && !this.#next) return this.#run();
    this.#next ??= this.idle().then(() => this.#run());
    return this.#next;
  }

  /** Whether no fdatasync runs or waits to run. */
  get isIdle(): boolean {
    return !this.#running && !this.#next;
  }

  /** Resolves when nothing is being synced; never rejects. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running.catch(() => undefined);
  }

  #run(): Promise<void> {
    this.#next = undefined;
    const running = dataSync(this.#fd).finally(() => {
      this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}

function dataSync(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(fd, (error) => (error ? reject(error) : resolve()));
  });
}
