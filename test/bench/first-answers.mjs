// What the first call of a kind takes that a client makes of a server which it has just started.
import { setTimeout as delay } from "node:timers/promises";
import { connectOurs } from "./clients.mjs";
import { awaitedMs } from "./timing.mjs";

const rounds = 7;
/** By then a server has done what it does at its start; a model takes longer to its first call. */
const settledMs = 3000;

async function firstAnswerMs(home, { name, args, afterMs }) {
  const { call, close } = await connectOurs(home);
  try {
    await delay(afterMs);
    return await awaitedMs(() => call(name, args));
  } finally {
    await close();
  }
}

/** @returns Milliseconds of that call to several servers: made at once after `initialize`, and once a server has settled. */
export async function firstAnswers(home, { name, args }) {
  const [atOnce, settled] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    atOnce.push(await firstAnswerMs(home, { name, args, afterMs: 0 }));
    settled.push(await firstAnswerMs(home, { name, args, afterMs: settledMs }));
  }
  return { atOnce, settled };
}
