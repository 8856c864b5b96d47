import { Catalogue } from "../catalogue/catalogue.js";
import type { CommonOptions } from "../cli/common-options.js";
import { CoreError } from "../errors.js";
import { Ingest } from "../ingest/ingest.js";
import { FileWatch } from "../io/file-watch.js";
import { chooseEngine } from "../io/sqlite-engine.js";
import { Home } from "../log/home.js";
import { LogStore } from "../log/log-store.js";
import { makeHomePrivate } from "../log/private-home.js";
import { requireHome } from "../log/require-home.js";
import { SessionLogs } from "../log/session-logs.js";
import type { NativeEnvironment } from "../providers/provider.js";
import { providers } from "../providers/registry.js";
import { Search } from "../search/search.js";
import { forkedHelp, type HelperProgram } from "./help/forked-helper.js";
import { Removal } from "./removal.js";
import type { OpenServices } from "./open-services.js";
import { keepHeapSmall } from "./small-heap.js";

/** What the parts are given of the process and its surroundings. */
export interface ServicesOptions {
  common: CommonOptions;
  /** Whether native logs are imported and followed in the background. */
  imports: boolean;
  /** Whether the home is made where it is missing. Absent for a server, which goes on with a home that cannot be used: its clients are told so, and it may be mended. */
  makesHome?: boolean;
  /** This program: run once more, it helps with large imports; without it none does. */
  program?: HelperProgram;
  environment: NativeEnvironment;
  isAlive(pid: number): boolean;
  /** Told of what was put right or left out; holds ids and paths, never recorded text. */
  warn(message: string): void;
}

/** What closing waits for the native logs' last lines; what is missed then is read at the next start. */
const finalizeWithinMs = 600;

/**
 * Connects the parts of one home. Little is opened yet: each part opens its files at first use.
 * @throws {CoreError} `INTERNAL` where no SQLite loads, saying what to install; `LOG_IO` where the home is no folder, or cannot be made.
 */
export function openServices({ makesHome, ...options }: ServicesOptions): OpenServices {
  const { common, imports, warn } = options;
  // A server lives long, and a large call or an import leaves much behind.
  if (imports || makesHome === undefined) keepHeapSmall();
  chooseEngine();
  const { readOnly } = common;
  const home = homeOf(common);
  if (makesHome !== undefined) requireHome(home.dir, { makes: makesHome });
  if (!readOnly) for (const message of makeHomePrivate(home)) warn(message);
  const parts = connectParts(home, options);
  return {
    ...parts,
    startBackground() {
      if (!readOnly) parts.logs.mendIndexes();
      const derived = takeIn(parts, { readOnly, warn });
      if (imports) parts.ingest.startBackground();
      return derived;
    },
    close: (reason) => closeParts(parts, reason),
  };
}

export function homeOf({ home: dir, userLogDir }: CommonOptions): Home {
  return new Home({ dir, ...(userLogDir !== undefined && { userLogDir }) });
}

/** The parts of one home. */
export interface Parts {
  logs: LogStore;
  catalogue: Catalogue;
  search: Search;
  ingest: Ingest;
  removal: Removal;
}

/** Makes the parts, which know each other by what they need of one another. */
export function connectParts(home: Home, { common, imports, program, environment, isAlive, warn }: Omit<ServicesOptions, "makesHome">): Parts {
  const { readOnly, durable, exclude } = common;
  const help = program && forkedHelp({ program, common, onWarning: warn });
  const sessionLogs: SessionLogs = new SessionLogs(home, { durable, readOnly, locate: (sessionId) => catalogue.locate(sessionId) });
  const catalogue: Catalogue = new Catalogue({ home, logs: sessionLogs, readOnly, live: () => ingest.live(), onWarning: warn });
  const logs = new LogStore(sessionLogs, {
    fileWatch: new FileWatch(),
    seqOffset: (sessionId, seq) => catalogue.seqOffset(sessionId, seq),
    onWarning: warn,
  });
  const search = new Search({ home, logs: sessionLogs, readOnly, onWarning: warn });
  const ingest: Ingest = new Ingest({
    home,
    logs: sessionLogs,
    providers,
    environment,
    enabled: providers.map(({ name }) => name).filter((name) => common.providers?.includes(name) ?? true),
    exclude,
    writes: imports && !readOnly,
    readOnly,
    isAlive,
    findByNative: (provider, nativeId) => catalogue.findByNative(provider, nativeId),
    onWarning: warn,
    ...(help && { help }),
  });
  const removal = new Removal({ logs: sessionLogs, catalogue, search, ingest, onWarning: warn, now: Date.now });
  return { logs, catalogue, search, ingest, removal };
}

/** Has what is derived take in the logs that are there. The index of texts is the greater work, and sessions are asked for first. */
function takeIn({ catalogue, search, removal }: Parts, { readOnly, warn }: { readOnly: boolean; warn: (message: string) => void }): Promise<void> {
  const unlessClosed = (what: string) => (error: unknown) => {
    // Closed before it was through: the next process goes on with it.
    if (!(error instanceof CoreError && error.code === "LOG_CLOSED")) warn(`${what} could not be built: ${String(error)}`);
  };
  return catalogue
    .ready()
    .catch(unlessClosed("The catalogue"))
    .then(() => search.ready())
    .then(() => (readOnly ? undefined : removal.finishLeft()))
    .catch(unlessClosed("The search index"));
}

/** Finalizes and closes them, at most in about a second. @param reason Stands in the logs of sessions that nobody ended. */
export async function closeParts({ logs, catalogue, search, ingest }: Parts, reason: string): Promise<void> {
  // Whatever keeps one of them from closing, sessions that nobody ended are ended.
  try {
    await withinMs(ingest.close(), finalizeWithinMs);
  } finally {
    await logs.shutdown(reason);
    search.close();
    catalogue.close();
  }
}

function withinMs(work: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
