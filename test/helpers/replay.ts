import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { samplesDir } from "./samples.js";

/** How a recording is replayed: `speed` times as fast, no pause longer than `maxGap` ms, writes of at most `chop` bytes. */
export interface ReplayOptions {
  sample: string;
  target: string;
  speed?: number;
  maxGap?: number;
  chop?: number;
}

interface ReplayTool {
  replayGrowth(options: ReplayOptions): Promise<number>;
}

const tool = join(samplesDir ?? "", "../tools/replay-growth.mjs");

/** Whether recordings can be replayed here. */
export const canReplay = samplesDir !== undefined && existsSync(tool);

/** Has the files of a recording come to be again, below `target`. */
export async function replay(options: ReplayOptions): Promise<void> {
  const { replayGrowth } = (await import(pathToFileURL(tool).href)) as ReplayTool;
  await replayGrowth(options);
}
