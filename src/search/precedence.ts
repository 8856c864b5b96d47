/** Answers somebody waits for, before which work in the background stands back. */
export class Precedence {
  #answers = 0;
  readonly #waiting = new Set<() => void>();

  /** Makes an answer, to which others give way meanwhile. */
  async of<T>(answer: () => Promise<T>): Promise<T> {
    this.#answers += 1;
    try {
      return await answer();
    } finally {
      this.#answers -= 1;
      if (this.#answers === 0) for (const goOn of this.#waiting) goOn();
    }
  }

  /**
   * Resolves once no answer is being made, and after `mostMs` where they do not end.
   * @returns Whether there was one to wait for. It is made then, and not yet handed on to who asked.
   */
  async giveWay(mostMs: number): Promise<boolean> {
    if (this.#answers === 0) return false;
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(goOn);
        resolve();
      };
      const timer = setTimeout(goOn, mostMs).unref();
      this.#waiting.add(goOn);
    });
    return true;
  }
}
