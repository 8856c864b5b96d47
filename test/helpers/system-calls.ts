import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";

/** A system call on a path. */
export interface FileCall {
  name: string;
  /** Absolute. Of a call on two, each is one. */
  path: string;
  writes: boolean;
}

/** What a traced process asked of the system. */
export interface Trace {
  files: FileCall[];
  /** Calls that make or connect sockets, and those that would hide others from the trace. */
  sockets: string[];
  /** Programs that were started, the first one included. */
  programs: string[];
}

const changing = new Set(
  "mkdir mkdirat rename renameat renameat2 unlink unlinkat rmdir link linkat symlink symlinkat chmod fchmodat chown lchown fchownat truncate mknod mknodat creat utime utimes utimensat setxattr lsetxattr".split(" "),
);

/** Its streams may be sockets that it was given: to look at these and to write to them is none of its reach. */
const sockets = "socket,socketpair,connect,bind,listen,accept,accept4,io_uring_setup";

/** The tracer with its arguments, to run a program under it; each thread's calls go into a file beside `path`. */
export function tracedInto(path: string): string[] {
  return ["strace", "-ff", "-qq", "-y", "-s", "4096", "-e", `trace=%file,${sockets}`, "-e", "signal=none", "-o", path];
}

/** Whether programs can be traced here: the tracer is installed, and the system lets it. */
export function canTrace(): boolean {
  try {
    execFileSync("strace", ["-qq", "-e", "trace=none", "true"], { stdio: "ignore" });
    return true;
  } catch (error) {
    if (error instanceof Error && ("status" in error || "code" in error)) return false;
    throw error;
  }
}

/** Reads what was traced into `path`. @param options.cwd Of the program: what its relative paths begin with. */
export function readTrace(path: string, { cwd }: { cwd: string }): Trace {
  const names = readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.`));
  const lines = names.flatMap((name) => readFileSync(join(dirname(path), name), "utf8").split("\n"));
  const trace: Trace = { files: [], sockets: [], programs: [] };
  for (const line of lines) {
    const [, name = "", rest = ""] = /^(\w+)\((.*)$/.exec(line) ?? [];
    if (name === "") continue;
    const paths = pathsOf(rest, cwd);
    if (name === "execve") trace.programs.push(...paths.slice(0, 1));
    else if (paths.length === 0) trace.sockets.push(line);
    else trace.files.push(...paths.map((found) => ({ name, path: found, writes: changing.has(name) || /\bO_(WRONLY|RDWR|CREAT|TRUNC|APPEND)\b/.test(rest) })));
  }
  return trace;
}

/** The paths in a call's arguments: quoted, behind the folder that they begin in where that is named. */
function pathsOf(rest: string, cwd: string): string[] {
  const found = [...rest.matchAll(/(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/g)];
  return found.map(([, folder, path = ""]) => (isAbsolute(path) ? path : join(folder ?? cwd, path)));
}
