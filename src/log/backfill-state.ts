import { join } from "node:path";
import { BackfillState } from "../schema/index-files.js";
import { readJsonFile, updateJsonFile, type JsonFile, type JsonFileOptions } from "./json-file.js";
import { rebuildSessionIndex } from "./session-index.js";
import { sessionKey } from "./session-metadata.js";

/*
 * <logs>/backfill_state.json, the seed's BackfillState: { "version": 1, "imported_session_keys": ["claude:<id>", …] }
 * Version 1 = a backfill went through; 0 = none yet, or one that could not read everything.
 */

/** Name of the file in its logs folder. */
export const backfillStateFile = "backfill_state.json";

/** What backfills have imported. A state that cannot be read is moved aside, rebuilt as the keys of the logs there are, and reported. */
export function loadBackfillState(logsDir: string, options: JsonFileOptions = {}): BackfillState {
  return readJsonFile(stateFile(logsDir), options);
}

/** Adds `keys` to what is imported, and sets the version where one is given. @throws {CoreError} `LOCK_TIMEOUT`. */
export function addToBackfillState(
  logsDir: string,
  { keys, version }: { keys: Iterable<string>; version?: number },
  options: JsonFileOptions = {},
): void {
  const add = (state: BackfillState): void => {
    state.imported_session_keys = [...new Set([...state.imported_session_keys, ...keys])];
    state.version = version ?? state.version;
  };
  updateJsonFile(stateFile(logsDir), add, options);
}

function stateFile(logsDir: string): JsonFile<BackfillState> {
  return {
    path: join(logsDir, backfillStateFile),
    lockPath: join(logsDir, "locks", "backfill_state.lock"),
    schema: BackfillState,
    empty: () => ({ version: 0, imported_session_keys: [] }),
    rebuild: () => ({ version: 0, imported_session_keys: keysOfLogs(logsDir) }),
  };
}

function keysOfLogs(logsDir: string): string[] {
  return rebuildSessionIndex(logsDir).sessions.map(({ provider, provider_session_id, wrapper_session_id }) =>
    sessionKey({ provider, providerSessionId: provider_session_id, wrapperSessionId: wrapper_session_id }),
  );
}
