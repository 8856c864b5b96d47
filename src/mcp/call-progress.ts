import type { Progress } from "./tool.js";

/** More often a client need not be told. */
const everyMs = 100;

/**
 * What a call tells of how far it is, as the protocol wants it: only ever more, and not too often. The first is told at once. The whole
 * is not: the answer tells it, and a client of the SDK (1.32, 2.4) that reads both in one moment takes the answer first, and reports progress
 * of a call that is over as an error.
 * @param options.now Milliseconds of a clock that only goes forward.
 */
export function callProgress(send: (progress: Progress) => void, { now = () => performance.now() }: { now?: () => number } = {}): (progress: Progress) => void {
  let furthest = -Infinity;
  let toldMs = -Infinity;
  return (progress) => {
    const nowMs = now();
    if (progress.progress <= furthest || progress.progress === progress.total || nowMs - toldMs < everyMs) return;
    furthest = progress.progress;
    toldMs = nowMs;
    send(progress);
  };
}
