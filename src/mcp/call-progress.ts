import type { Progress } from "./tool.js";

/** More often a client need not be told. */
const everyMs = 100;

/**
 * What a call tells of how far it is, as the protocol wants it: only ever more, and not too often. The first is told at once, and so is the whole.
 * @param options.now Milliseconds of a clock that only goes forward.
 */
export function callProgress(send: (progress: Progress) => void, { now = () => performance.now() }: { now?: () => number } = {}): (progress: Progress) => void {
  let furthest = -Infinity;
  let toldMs = -Infinity;
  return (progress) => {
    const nowMs = now();
    const isWhole = progress.progress === progress.total;
    if (progress.progress <= furthest || (nowMs - toldMs < everyMs && !isWhole)) return;
    furthest = progress.progress;
    toldMs = nowMs;
    send(progress);
  };
}
