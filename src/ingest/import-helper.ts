import type { NativeFile } from "../providers/provider.js";
import type { FileStat, FoundFile } from "./discover.js";
import type { SessionFiles } from "./import-order.js";
import type { NativeRoot } from "./native-root.js";
import type { SessionOutcome } from "./session-import.js";

/** A native file as it was found by another process; plain JSON. */
export interface SentFile {
  /** Of its root. */
  dir: string;
  file: NativeFile;
  stat: FileStat;
  isDue: boolean;
}

/** All files of one native session, found by another process; plain JSON. */
export interface SentSession extends Omit<SessionFiles, "main" | "parts"> {
  main: SentFile[];
  parts: SentFile[];
}

/** A second process that reads sessions into the same home while the first does. */
export interface ImportHelper {
  /** @returns What came of it; nothing where the helper ended too early, so that whoever asked does it. @throws {CoreError} `LOG_CLOSED` where `close()` came before that. */
  import(session: SentSession): Promise<SessionOutcome | undefined>;
  /** Has it stop where it is, and write what the indexes have yet to learn. Resolves when it is gone. */
  close(): Promise<void>;
}

/** What a helper has to know of an import. */
export interface HelpNeeds {
  /** Read every file from 0. */
  force: boolean;
  /** Inode of `import.sqlite`: who has opened another knows nothing of what was claimed. */
  checkpointInode: number;
}

/** How an import comes to a helper. */
export interface ImportHelp {
  /** Nothing where none can be started. */
  open(needs: HelpNeeds): ImportHelper | undefined;
  /** Least number of bytes to read for which it pays. */
  fromBytes: number;
}

/** A session as it is sent. */
export function toSent(session: SessionFiles, isDue: (found: FoundFile) => boolean): SentSession {
  const sent = (found: FoundFile): SentFile => ({ dir: found.root.dir, file: found.file, stat: found.stat, isDue: isDue(found) });
  return { ...session, main: session.main.map(sent), parts: session.parts.map(sent) };
}

/** A session that was sent. @param roots Those of its provider. @throws {RangeError} for a root that is none of them. */
export function fromSent(session: SentSession, roots: readonly NativeRoot[]): { files: SessionFiles; isDue: (found: FoundFile) => boolean } {
  const due = new Set<FoundFile>();
  const found = ({ dir, file, stat, isDue }: SentFile): FoundFile => {
    const root = roots.find((one) => one.provider.name === session.provider && one.dir === dir);
    if (!root) throw new RangeError(`Cannot import "${file.path}": no root at "${dir}", must be one of the provider`);
    const made = { file, provider: root.provider, root, stat };
    if (isDue) due.add(made);
    return made;
  };
  const { provider, nativeId, mtimeMs } = session;
  return { files: { provider, nativeId, mtimeMs, main: session.main.map(found), parts: session.parts.map(found) }, isDue: (one) => due.has(one) };
}
