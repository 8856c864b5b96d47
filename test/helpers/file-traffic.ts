import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** What a traced process did with one file. */
export interface FileTraffic {
  /** How often it was opened; folders that were listed among them. */
  opens: number;
  /** How often it was looked at without being opened. */
  looks: number;
  readBytes: number;
  /** How often it was written to. */
  writes: number;
  writtenBytes: number;
}

const looking = /^(?:newfstatat|statx|l?stat|readlink(?:at)?|access|faccessat2?)$/;
const reading = /^p?readv?(?:64|2)?$/;
const writing = /^p?writev?(?:64|2)?$/;

/** The tracer with its arguments, to count the traffic of a program; each thread's calls go into a file beside `path`. See `canTrace`. */
export function trafficInto(path: string): string[] {
  return ["strace", "-ff", "-qq", "-y", "-s", "4096", "-e", "trace=%file,read,readv,pread64,preadv,preadv2,write,writev,pwrite64,pwritev,pwritev2", "-e", "signal=none", "-o", path];
}

/** What was traced into `path`, by absolute path of the file. Calls that failed count as looks. */
export function readTraffic(path: string): Map<string, FileTraffic> {
  const traffic = new Map<string, FileTraffic>();
  const names = readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.`));
  for (const name of names) for (const line of readFileSync(join(dirname(path), name), "utf8").split("\n")) count(line, traffic);
  return traffic;
}

function count(line: string, traffic: Map<string, FileTraffic>): void {
  const [, name = "", rest = "", result = ""] = /^(\w+)\((.*)\) += (-?\d+)/.exec(line) ?? [];
  // Of a descriptor, else of a path, which may stand behind the folder that it begins in.
  const file = /^\d+<(\/[^>]*)>/.exec(rest)?.[1] ?? /"(\/(?:[^"\\]|\\.)*)"/.exec(rest)?.[1];
  if (file === undefined) return;
  const of = traffic.get(file) ?? { opens: 0, looks: 0, readBytes: 0, writes: 0, writtenBytes: 0 };
  traffic.set(file, of);
  if (name.startsWith("open") && Number(result) >= 0) of.opens += 1;
  else if (reading.test(name)) of.readBytes += Math.max(0, Number(result));
  else if (writing.test(name)) {
    of.writes += 1;
    of.writtenBytes += Math.max(0, Number(result));
  } else if (looking.test(name) || name.startsWith("open")) of.looks += 1;
}

/** All of `traffic` whose path `which` names, added up. */
export function sumOf(traffic: ReadonlyMap<string, FileTraffic>, which: (path: string) => boolean): FileTraffic {
  const sum: FileTraffic = { opens: 0, looks: 0, readBytes: 0, writes: 0, writtenBytes: 0 };
  for (const [path, { opens, looks, readBytes, writes, writtenBytes }] of traffic) {
    if (!which(path)) continue;
    sum.opens += opens;
    sum.looks += looks;
    sum.readBytes += readBytes;
    sum.writes += writes;
    sum.writtenBytes += writtenBytes;
  }
  return sum;
}
