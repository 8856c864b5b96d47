import type { LogCompleteness, LogEventKind } from "../schema/event.js";

/** Where a provider's files may lie: the user's home folder, the environment variables that `formats` name, and the platform. */
export interface NativeEnvironment {
  homeDir: string;
  variables: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
}

/**
 * One native file that holds events of a session.
 * `main` carries the session itself, `agent` a sub-agent's part of it, `journal` side notes; all three write into one log.
 */
export interface NativeFile {
  /** Absolute. */
  path: string;
  provider: string;
  /** The provider's id of the session whose log receives the events; "" where only the file's head tells it (`NativeHead.nativeSessionId`). */
  nativeSessionId: string;
  role: "main" | "agent" | "journal";
  /** For `agent`: its id. */
  agentId?: string;
  /**
   * `lines` (where absent): records on lines, appended to; read on from where reading stopped.
   * `document`: one JSON text that its writer rewrites as a whole; `parse` gets all of it each time, and `origin` keeps what was said from being said again.
   */
  format?: "lines" | "document";
  /** How the bytes are packed; `parse` and `head` get them unpacked. */
  compression?: "zstd";
  /** Small files beside it that tell what it does not say itself: absolute paths by a name of the provider's choice. See `Companions`. */
  companionPaths?: Readonly<Record<string, string>>;
  /** For `agent`: the session's own file names its call only when that is over; while the session is written, reading waits for it. */
  isLinkedLate?: boolean;
  /** Folder whose files `ParsedEvent.outputFile` names. */
  outputDir?: string;
}

/** Text of the companions that exist and can be read, by the names of `NativeFile.companionPaths`; of each at most the first MiB. */
export type Companions = Readonly<Record<string, string>>;

/** One event, as a record of a native file says it. */
export interface ParsedEvent {
  /** `<record key>/<part>`, unique in a log: see CONTRACT, «The event line». */
  origin: string;
  kind: LogEventKind;
  /** The record's own time; for a record without one, that of the record before it (so that imports repeat exactly). */
  ts?: string;
  /** First byte of the record in its file. */
  offsetBytes: number;
  agentId?: string;
  parentToolId?: string;
  /** The session it belongs to, where one file holds records of several and it is not that of the file. */
  nativeSessionId?: string;
  /** Key of the record where it is unique in the whole world (a UUID): another session's log that holds it said this already. */
  sharedKey?: string;
  /** Key that may be said once in a session, whatever file it comes from. */
  onceKey?: string;
  /** File in `NativeFile.outputDir`, or a path below it with `/`, that holds the whole of `kind.output`; `kind` has what the transcript kept. */
  outputFile?: string;
}

export interface ParseResult<State> {
  state: State;
  events: ParsedEvent[];
  /** Bytes of the chunk that are dealt with. What lies behind them (half a line) is given again, with more. */
  consumedBytes: number;
  /** Sub-agents whose parent call this part of the file names. */
  agents: { agentId: string; parentToolId: string }[];
}

/** What the first bytes of a file say, for the order in which files are imported. */
export interface NativeHead {
  /** Time of the first record that has one. */
  startedAt?: string;
  /** It may begin with copies of another session's records (a resume or a fork of old): those others come first. */
  continues: boolean;
  /** Folder in which the session was started. */
  cwd?: string;
  /** The session that the records say they belong to. It counts where `NativeFile.nativeSessionId` is "". */
  nativeSessionId?: string;
  /** It is a session that another one spawned: nobody who looks for the session of a workspace means it. */
  isChild?: boolean;
}

/**
 * A file that tells facts of sessions whose events lie elsewhere (titles, ends). It makes no session: what it says is kept until the session has a log.
 * `text`: read whole, up to 16 MiB. `sqlite`: opened read-only, without its journal; `columns` of `table`, those that are missing left out.
 */
export interface SideFile {
  path: string;
  /** Below the root, with `/`. */
  relativePath: string;
  reads: { as: "text" } | { as: "sqlite"; table: string; columns: readonly string[] };
}

/** What was read of a side file. */
export type SideContent = { text: string } | { rows: readonly Readonly<Record<string, unknown>>[] };

/** Something that a side file says of a session. */
export interface SideFact {
  /** "" where the file does not name it: then it is the session in the file's folder that began within `startedBetweenMs`; it is also `session_cleared.new_session_id`. */
  nativeSessionId: string;
  /** Unique in the session's log, as `ParsedEvent.origin`. */
  origin: string;
  kind: LogEventKind;
  /** It takes its place in the log by this time, where the session's own file is read after it. */
  ts?: string;
  /** Said only where the session began within these times (milliseconds since the epoch, both included). */
  startedBetweenMs?: readonly [number, number];
}

/** A live process of a provider, from its process file. */
export interface NativeProcess {
  pid: number;
  nativeSessionId: string;
  cwd?: string;
  /** Milliseconds since the epoch. */
  startedAtMs?: number;
}

/**
 * One provider: where its files are, and a pure parser of their bytes.
 * `State` is plain, bounded JSON, so that it can lie in a checkpoint. The same parser serves import, live tailing and tests:
 * import is tailing from offset 0, tailing is import that goes on.
 */
export interface Provider<State = unknown> {
  readonly name: string;
  /** What the provider's files can tell; the contract suite skips only what is denied here. */
  readonly supports: {
    tail: boolean;
    toolCalls: boolean;
    reasoning: boolean;
    usage: boolean;
    subAgents: boolean;
    /** Records carry ids that are unique across files. */
    sharedRecords: boolean;
    /** Process files tell which sessions live. */
    processFiles: boolean;
  };
  /** Folders to look in, in order; those that do not exist are passed over by the caller. */
  roots(environment: NativeEnvironment): string[];
  /** Folders directly below a root that hold native files, process files included: what a watcher starts from. */
  readonly watchedFolders: readonly string[];
  /** Whether a folder below them may hold native files, at any depth; true for all where absent. */
  entersFolder?(relativePath: string): boolean;
  /**
   * What the file at `relativePath` (of a root, with `/`) is; undefined for files that hold no events or must not be opened.
   */
  classify(root: string, relativePath: string): NativeFile | undefined;
  /** Whether `relativePath` is a process file: see `parseProcess`. */
  isProcessFile?(relativePath: string): boolean;
  /** @returns undefined where the text is not (yet) whole. */
  parseProcess?(text: string, relativePath: string): NativeProcess | undefined;
  /** A process goes on with another session after a clear, and nothing but its process files tells. */
  readonly processFilesTellClears?: boolean;
  /** Paths below a root of side files that lie outside the watched folders. */
  readonly sidePaths?: readonly string[];
  /** What the file at `relativePath` is to facts of sessions; undefined for all that is no side file. */
  classifySide?(root: string, relativePath: string): SideFile | undefined;
  /** @returns undefined where the text is not (yet) whole: it is read again when it has changed. */
  parseSide?(file: SideFile, content: SideContent): SideFact[] | undefined;
  /** @param firstBytes The first 64 KiB; of a document all of it. */
  head(firstBytes: Buffer, file: NativeFile, companions: Companions): NativeHead;
  /** State at offset 0 of a file. */
  start(file: NativeFile, companions: Companions): State;
  /**
   * Reads records. Never throws for what stands in a file: what cannot be read becomes a `parse_warning`.
   * @param chunk Bytes that follow those consumed so far, perhaps none; of a `document` all of it with the state of `start`, or none.
   * @param final No more will come: a last line without newline counts if it parses, and what waited for its successor (usage of the last reply)
   *   is said. May be called again later with more bytes. A document that does not parse consumes nothing, and with `final` all, as a `parse_warning`.
   *   An empty chunk (a file that was read to its end is asked once more when it is quiet) and white space behind a document say nothing, with `final` neither.
   */
  parse(state: State, chunk: Buffer, options: { final: boolean }): ParseResult<State>;
  /** How much of a session such a state stands for. */
  completeness(state: State): LogCompleteness;
}
