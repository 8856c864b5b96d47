/**
 * What `doctor` asks of the parts of a home; `main` fills `HealthPort`. Times are milliseconds since the epoch, sizes are bytes.
 * Findings hold ids, paths, names of fields and counts, never recorded text.
 */
import type { RebuildOptions } from "./ports.js";

const repair = "run session-log-mcp doctor --repair";

/**
 * All that can be found. A `fault` is a promise that does not hold; a `note` is worth knowing and breaks nothing.
 * `advice`: what to do about it.
 */
export const findingKinds = {
  unreadable_log: { severity: "fault", advice: "make it a regular file that you may read, or move it away" },
  unreadable_lines: { severity: "fault", advice: `${repair}: a warning with what stood there takes their place` },
  wrong_fields: { severity: "fault", advice: "nothing is lost: readers pass over what they cannot use; say which program wrote it" },
  wrong_session: { severity: "fault", advice: "give the file the name of its session, or move the lines to that session's log" },
  seq_break: { severity: "fault", advice: `${repair}: the lines are numbered anew, in their order` },
  foreign_seq: { severity: "note", advice: "nothing: another program numbered its lines so, and their order counts" },
  doubled_origin: { severity: "fault", advice: `${repair}: an event that stands twice is kept once` },
  doubled_key: { severity: "fault", advice: `${repair}: an event that stands twice is kept once` },
  torn_tail: { severity: "fault", advice: `${repair}, or write to the session: what can be read of it stays` },
  twin_log: { severity: "fault", advice: "move one of the two logs away; the ids of sessions differ in more than case" },
  strange_name: { severity: "note", advice: "nothing of ours reads it; move it away if you do not know it" },
  unreadable_index: { severity: "fault", advice: `${repair}: it is moved aside and made anew from the logs` },
  index_lacks: { severity: "fault", advice: repair },
  index_differs: { severity: "fault", advice: repair },
  index_surplus: { severity: "fault", advice: `${repair}: the entry goes, and a copy of the index stays` },
  open_to_others: { severity: "fault", advice: `${repair}: only you may read it then` },
  unusable_lock: { severity: "fault", advice: `${repair}: it is moved aside, and made anew by who needs it` },
  stale_temporary: { severity: "note", advice: `${repair}, or remove it: a killed process left it` },
  kept_aside: { severity: "note", advice: "look whether you need it, and remove it" },
  damaged_database: { severity: "fault", advice: `${repair}: it is made anew from the logs, and the checkpoints by the next import` },
  other_version: { severity: "note", advice: "an older one is made anew at its next use; for a newer one use the newer version" },
  catalogue_differs: { severity: "fault", advice: `${repair}: the catalogue is made anew` },
  search_differs: { severity: "fault", advice: `${repair}: the search index is made anew` },
  orphaned_checkpoint: { severity: "fault", advice: `${repair}: the checkpoints are moved aside, and made anew by the next import` },
  checkpoint_ahead: { severity: "note", advice: "the next import reads the native files of that session again" },
} as const satisfies Record<string, { severity: "fault" | "note"; advice: string }>;

export type FindingCode = keyof typeof findingKinds;

export interface Finding {
  code: FindingCode;
  /** The file or folder, absolute. */
  path: string;
  sessionId?: string;
  /** What was found, in a few words. */
  what: string;
}

/** Whether it is a promise that does not hold. */
export function isFault({ code }: Finding): boolean {
  return findingKinds[code].severity === "fault";
}

export interface HealthReport {
  logs: number;
  bytes: number;
  events: number;
  /** Faults that were there each time when they were looked at, and notes. */
  findings: Finding[];
}

/** Something that a repair did, or could not do. */
export interface RepairStep {
  done: boolean;
  path: string;
  what: string;
}

export interface SurveyedRoot {
  path: string;
  isThere: boolean;
  /** Native files that hold events. */
  files: number;
  bytes: number;
  /** Folders of it that who follows it watches: those in which something was written within a day, and where new ones appear. */
  watchedFolders: number;
}

export interface SurveyedProvider {
  name: string;
  /** Whether its native logs are read. */
  enabled: boolean;
  roots: SurveyedRoot[];
}

export interface SurveyedDatabase {
  path: string;
  state: "missing" | "good" | "damaged" | "other version";
  bytes: number;
  /** Sessions that it knows; undefined where it cannot be read. */
  sessions?: number;
  /** Bytes of logs that it has not taken in; undefined where it cannot be read, or holds none. */
  pendingBytes?: number;
}

/** What there is, as far as one look without reading any log shows it. */
export interface HomeSurvey {
  home: string;
  isThere: boolean;
  userLogDir?: string;
  logsFolders: number;
  logs: number;
  bytes: number;
  /** By the catalogue; empty where there is none. */
  sessionsByProvider: { provider: string; sessions: number; bytes: number }[];
  providers: SurveyedProvider[];
  databases: SurveyedDatabase[];
  /** Who imports and follows native logs; `pids` are empty where the system does not tell. */
  lease: { path: string; isHeld: boolean; pids: number[] };
  /**
   * Watches of files and folders, as far as the system tells (Linux): those of who follows the native logs, how many a user may have, and how
   * many are in use by all processes of this one.
   */
  watches: { ofHolder?: number; limit?: number; inUse?: number };
  /** What others than the owner may do something with, of the home itself and what lies directly in it. */
  openToOthers: string[];
  sqlite: { name: string; version: string };
}

export interface HealthPort {
  /** Looks around; writes nothing. */
  survey(): HomeSurvey;
  /**
   * Verifies every log, index and database; writes nothing. What is found is looked at again for some seconds, for others write meanwhile.
   * Progress counts bytes of logs.
   */
  check(options: RebuildOptions): Promise<HealthReport>;
  /**
   * Mends what a check found and can be mended, under the locks of the writers. A log or an index of which something goes is copied first.
   * @throws {CoreError} `READ_ONLY`, `LOCK_TIMEOUT`, `LOG_IO`.
   */
  repair(findings: readonly Finding[], options: RebuildOptions): Promise<RepairStep[]>;
}
