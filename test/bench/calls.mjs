// tools/call, one after the other and 64 in flight: emit_event of 300 bytes against an echo tool of the SDK.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect, connectOurs } from "./clients.mjs";
import { row } from "./rows.mjs";
import { inTurns } from "./timing.mjs";

const echo = fileURLToPath(new URL("echo-server.mjs", import.meta.url));
const message = "y".repeat(300);
const [rounds, callsOfRound, inFlight] = [41, 500, 64];

async function oneByOne(call) {
  for (let nth = 0; nth < callsOfRound; nth += 1) await call();
}

async function together(call) {
  let left = callsOfRound * 2;
  const lane = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}

export async function calls({ dir }) {
  const [ours, floor] = [await connectOurs(join(dir, "calls", "home"), { args: ["--no-import"] }), await connect([echo])];
  try {
    const { session_id } = await ours.call("start_session", { provider: "bench" });
    const emit = () => ours.call("emit_event", { session_id, message });
    const give = () => floor.call("echo", { message });
    await Promise.all([oneByOne(emit), oneByOne(give)]);
    const times = await inTurns({ one: () => oneByOne(emit), oneFloor: () => oneByOne(give), many: () => together(emit), manyFloor: () => together(give) }, rounds);
    const micros = (all, count) => all.map((ms) => (ms * 1000) / count);
    const floorName = "echo tool of the SDK";
    const many = micros(times.many, callsOfRound * 2);
    return [
      row("tools/call round trip, emit_event of 300 B", { ours: micros(times.one, callsOfRound), floor: micros(times.oneFloor, callsOfRound), floorName, unit: "µs" }, { times: 1.5 }),
      row(`a call with ${inFlight} in flight`, { ours: many, floor: micros(times.manyFloor, callsOfRound * 2), floorName, unit: "µs", note: `${Math.round(1e6 / Math.min(...many))} calls/s at best` }, { times: 1.5 }),
    ];
  } finally {
    await Promise.all([ours.close(), floor.close()]);
  }
}
