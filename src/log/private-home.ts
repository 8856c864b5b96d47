import { readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { hasSystemCode } from "../errors.js";
import { isOpenToOthers, makePrivate } from "../io/private-mode.js";
import type { Home } from "./home.js";

const folders = ["projects", "logs", "locks"];
const files = /^(sessions_index\.json|ingest\.lease|(import|catalogue|search)\.sqlite(-wal|-shm)?)(\.corrupt-.*)?$/;

/**
 * Takes from others what they may do with the files and folders of a home that were made with wider modes, as far as one look at the
 * home shows them: its databases and indexes, and the folders in which all logs lie. The home itself is only narrowed where it holds nothing
 * else: somebody may have named a folder that others use. The home may be a link; links in it lead to what is not ours.
 * @returns What to tell people: a line for what was narrowed, and one for what is not ours to narrow.
 */
export function makeHomePrivate({ dir }: Pick<Home, "dir">): string[] {
  const names = namesIn(dir);
  const ours = names.filter((name) => folders.includes(name) || files.test(name));
  const isOnlyOurs = ours.length === names.length && ours.length > 0;
  const paths = [...(isOnlyOurs ? [realpathSync.native(dir)] : []), ...ours.map((name) => join(dir, name))];
  const narrowed = paths.filter(makePrivate);
  const open = paths.filter(isOpenToOthers);
  return [
    ...(narrowed.length > 0 ? [`Others could read ${listed(narrowed)}: now only you can`] : []),
    ...(open.length > 0 ? [`Others can read ${listed(open)}, and the mode cannot be changed: ask its owner to take that away`] : []),
  ];
}

function listed([first = "", ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR", "EACCES")) return [];
    throw error;
  }
}
