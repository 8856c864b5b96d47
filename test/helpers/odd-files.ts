import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A place for something else than a file, and a folder beside it to which links lead. */
interface Place {
  path: string;
  outside: string;
}

let count = 0;
const next = (outside: string): string => join(outside, `target-${(count += 1)}`);

/** A device that never ends when it is read; of the test's own, for one of the system is everybody's. */
function zeroDevice(path: string): void {
  execFileSync("mknod", [path, "c", "1", "5"], { stdio: "ignore" });
}

function linkTo(path: string, target: string): void {
  symlinkSync(target, path);
}

/** What may stand where a file should be, by its name. None has a target in the system: what a fault would do to it must harm nobody. */
export const oddFiles: ReadonlyMap<string, (place: Place) => void | Promise<void>> = new Map([
  ["a pipe", ({ path }) => void execFileSync("mkfifo", [path])],
  ["a folder", ({ path }) => mkdirSync(path)],
  ["a link to nothing", ({ path, outside }) => linkTo(path, next(outside))],
  ["a link to itself", ({ path }) => linkTo(path, path)],
  ["a link to a folder", ({ path, outside }) => linkTo(path, outside)],
  [
    "a link to an empty file",
    ({ path, outside }) => {
      const target = next(outside);
      writeFileSync(target, "", { mode: 0o644 });
      linkTo(path, target);
    },
  ],
  [
    "a link to a text",
    ({ path, outside }) => {
      const target = next(outside);
      writeFileSync(target, "not ours\n", { mode: 0o644 });
      linkTo(path, target);
    },
  ],
  [
    "a socket",
    async ({ path }) => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(path, resolve));
      onTestFinished(() => void server.close());
    },
  ],
  ["a device", ({ path }) => zeroDevice(path)],
  [
    "a link to a device",
    ({ path, outside }) => {
      const target = next(outside);
      zeroDevice(target);
      linkTo(path, target);
    },
  ],
]);

/** Puts it there, making the folders above. @returns False where this user may not make such a thing. */
export async function putOdd(name: string, place: Place): Promise<boolean> {
  mkdirSync(dirname(place.path), { recursive: true });
  try {
    await oddFiles.get(name)?.(place);
    return true;
  } catch (error) {
    if (name.includes("device") && error instanceof Error && "status" in error) return false;
    throw error;
  }
}
