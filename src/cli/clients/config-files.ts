/** How `config` reaches a client's file. Paths are absolute. */
export interface ConfigFiles {
  /** Undefined where there is none. @throws {Refusal} where it cannot be read, or not as UTF-8. */
  read(path: string): string | undefined;
  /**
   * Replaces what was read, and keeps a copy of it.
   * @returns The copy's path; undefined where there was no file.
   * @throws {Refusal} where the file has changed since, or cannot be written.
   */
  replace(path: string, text: string, options: { before: string | undefined }): string | undefined;
}
