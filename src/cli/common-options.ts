import { delimiter } from "node:path";
import type { Flag } from "./flag.js";
import type { Given } from "./given.js";
import { absolutePath, homeDirOf, userLogDirOf } from "./places.js";
import { UsageError } from "./usage-error.js";

/** What holds for every command. Paths are absolute. */
export interface CommonOptions {
  home: string;
  /** `ZAG_USER_LOG_DIR`: the one logs folder, for every session. */
  userLogDir?: string;
  /** Providers whose native logs are read; all where absent. */
  providers?: readonly string[];
  exclude: readonly string[];
  readOnly: boolean;
  durable: boolean;
  showSecrets: boolean;
}

/** Flags that every command takes, before its name or behind it. */
export const commonFlags: readonly Flag[] = [
  { name: "home", value: "DIR", text: "where the logs are (SESSION_LOG_HOME; default ~/.session-log)", completes: "folder" },
  { name: "providers", value: "LIST", text: "read only these native logs, as in claude,codex", completes: "provider" },
  { name: "exclude", value: "PATH", repeatable: true, text: "keep this workspace out of everything; repeatable (SESSION_LOG_EXCLUDE)", completes: "folder" },
  { name: "durable", text: "answer a write once it is on the disk" },
  { name: "read-only", text: "write nothing but what can be derived; refuse tools that write" },
  { name: "show-secrets", text: "do not mask secrets in what is read" },
  { name: "version", short: "v", text: "print the version" },
  { name: "help", short: "h", text: "print the help, of a command behind its name" },
];

/** @throws {UsageError} for a home without a name. */
export function commonOptions(given: Given): CommonOptions {
  const { surroundings } = given;
  const absolute = (path: string): string => absolutePath(path, surroundings);
  const home = given.text("home");
  if (home === "") throw new UsageError("--home has no folder: give one");
  const userLogDir = userLogDirOf(surroundings);
  const providers = given.text("providers");
  const exclude = [...listed(surroundings.variables["SESSION_LOG_EXCLUDE"] ?? "", delimiter), ...(given.texts("exclude") ?? [])];
  return {
    home: home === undefined ? homeDirOf(surroundings) : absolute(home),
    ...(userLogDir !== undefined && { userLogDir }),
    ...(providers !== undefined && { providers: listed(providers, ",") }),
    exclude: exclude.map(absolute),
    readOnly: given.isSet("read-only"),
    durable: given.isSet("durable"),
    showSecrets: given.isSet("show-secrets"),
  };
}

function listed(text: string, separator: string): string[] {
  return text.split(separator).map((part) => part.trim()).filter((part) => part !== "");
}
