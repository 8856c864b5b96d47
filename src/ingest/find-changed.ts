import { setImmediate as nextTurn } from "node:timers/promises";
import type { KnownFile, SeenFile } from "./checkpoints.js";
import { findFile, sameStat, walkRoot, type FolderContent, type FoundFile } from "./discover.js";
import type { Engine } from "./engine.js";
import { describeFailure } from "./failure.js";
import { bySession, type SessionFiles } from "./import-order.js";
import { headFault } from "./native-file.js";
import type { NativeRoot } from "./native-root.js";
import type { NativeSession } from "./side-facts.js";
import { UnchangedSessions } from "./unchanged-sessions.js";
import { withSession } from "./with-session.js";

export interface FindOptions {
  roots: readonly NativeRoot[];
  /** All files count as changed. */
  force: boolean;
  signal?: AbortSignal | undefined;
  /** Called with each folder as it is found, and those of its files of which is known whose they are, before any of them is read. */
  onFolder?: ((root: NativeRoot, content: Pick<FolderContent, "path" | "files">) => void) | undefined;
}

/**
 * Looks through all native files for those that have to be read. Of the others, which are nearly all of very many,
 * nothing is kept but how many sessions they are of: a folder's files are compared with its checkpoints and let go.
 */
export class ChangedFiles {
  readonly failed: { path: string; error: string }[] = [];
  readonly processFiles: { root: NativeRoot; path: string }[] = [];
  readonly unchanged = new UnchangedSessions();
  readonly #engine: Engine;
  readonly #options: FindOptions;
  readonly #found: FoundFile[] = [];
  /** Checkpoints of what was found and is kept. */
  readonly #known = new Map<string, KnownFile>();
  /** Sessions of which something was told that their logs do not hold, as `<provider> <native id>`. */
  readonly #told = new Set<string>();
  /** Folders with news of a session that is not named. */
  readonly #toldFolders: { provider: string; folder: string }[] = [];

  constructor(engine: Engine, options: FindOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /** Looks through the roots. @returns Sessions with something to read, with all their files, the one written last first. */
  async find(): Promise<SessionFiles[]> {
    const { roots, signal } = this.#options;
    for (const root of roots) {
      for (const path of root.sidePaths) this.#lookBeside(root, path);
      for (const folder of walkRoot(root)) {
        this.#takeFolder(root, folder);
        signal?.throwIfAborted();
        await nextTurn();
      }
    }
    this.#addUnchanged();
    return bySession(this.#found);
  }

  /** What was known of a file of the sessions that `find` returned. */
  rowOf({ file }: FoundFile): SeenFile | undefined {
    return this.#known.get(file.path)?.file;
  }

  /** One look at what `stat` said; and whether the log still has what the file gave. */
  isChanged(found: FoundFile): boolean {
    return this.#isChanged(found, this.#known.get(found.file.path));
  }

  /** Whether something was told of the session that its log does not hold. */
  isTold({ provider, nativeId }: NativeSession): boolean {
    return this.#told.has(`${provider} ${nativeId}`);
  }

  #takeFolder(root: NativeRoot, folder: FolderContent): void {
    for (const path of folder.processFiles) this.processFiles.push({ root, path });
    for (const path of folder.sideFiles) this.#lookBeside(root, path);
    if (folder.error !== undefined) this.failed.push({ path: folder.path, error: folder.error });
    const known = folder.files.length > 0 ? this.#engine.checkpoints.filesIn(folder.path) : undefined;
    const files = folder.files.flatMap((found) => this.#owned(found, known?.get(found.file.path)) ?? []);
    for (const found of files) this.#takeFile(found, known?.get(found.file.path));
    this.#options.onFolder?.(root, { path: folder.path, files });
  }

  #takeFile(found: FoundFile, known: KnownFile | undefined): void {
    if (!known || this.#isChanged(found, known)) this.#keep(found, known);
    // What is kept out of everything is kept out of the numbers too.
    else if (!known.file.skipped) this.unchanged.note(known.session, found.stat.mtimeMs);
  }

  #keep(found: FoundFile, known: KnownFile | undefined): void {
    this.#found.push(found);
    if (known) this.#known.set(found.file.path, known);
  }

  #owned(found: FoundFile, known: KnownFile | undefined): FoundFile | undefined {
    const owned = withSession(found, () => known?.session.nativeId);
    const fault = owned ? undefined : headFault(found);
    if (fault !== undefined) this.failed.push({ path: found.file.path, error: describeFailure(fault) });
    return owned;
  }

  /** What is told beside a session is written with it. */
  #lookBeside(root: NativeRoot, path: string): void {
    for (const { provider, nativeId, folder } of this.#engine.sideFacts.look(root, path)) if (nativeId === "") this.#toldFolders.push({ provider, folder });
  }

  #isChanged(found: FoundFile, known: KnownFile | undefined): boolean {
    if (!known || this.#options.force || !known.file.settled || !sameStat(known.file, found.stat)) return true;
    const { session, file } = known;
    const { targets } = this.#engine;
    if (file.skipped) return !session.foreignLog && !targets.isExcluded(session.cwd) && !targets.isRemoved(session);
    return session.logBytes > 0 && !targets.isIntact(session);
  }

  /** Files that did not change of sessions where another did, or of which something was told. */
  #addUnchanged(): void {
    const { checkpoints } = this.#engine;
    const changed = new Set(this.#found.map(({ file }) => file.path));
    const sessions = new Map(this.#found.map(({ file: { provider, nativeSessionId: nativeId } }) => [`${provider} ${nativeId}`, { provider, nativeId }]));
    for (const told of this.#allTold()) {
      const name = `${told.provider} ${told.nativeId}`;
      this.#told.add(name);
      sessions.set(name, told);
    }
    for (const { provider, nativeId } of sessions.values()) {
      const session = checkpoints.session(provider, nativeId);
      if (!session) continue;
      this.unchanged.drop(session);
      for (const file of checkpoints.filesOf(session)) if (!changed.has(file.path)) this.#addFile({ session, file });
    }
  }

  #allTold(): NativeSession[] {
    const { checkpoints, sideFacts } = this.#engine;
    const below = this.#toldFolders.flatMap(({ provider, folder }) => checkpoints.sessionsBelow(folder).filter((session) => session.provider === provider));
    return [...sideFacts.untold(), ...below];
  }

  #addFile({ session, file }: KnownFile): void {
    const root = this.#options.roots.find((one) => one.provider.name === session.provider && one.holds(file.path));
    const found = root && findFile(root, file.path);
    if (found) this.#keep({ ...found, file: { ...found.file, nativeSessionId: session.nativeId } }, { session, file });
  }
}
