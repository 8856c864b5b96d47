// Somebody waits for the next events of a session that another process writes to: from the call that writes to the answer of the one that waits.
import { join } from "node:path";
import { connectOurs } from "./clients.mjs";
import { row } from "./rows.mjs";

const rounds = 60;

export async function wait({ dir }) {
  const home = join(dir, "home");
  const [writer, waiter] = [await connectOurs(home, { args: ["--no-import"] }), await connectOurs(home, { args: ["--no-import"] })];
  try {
    const { session_id } = await writer.call("start_session", { provider: "bench" });
    const times = [];
    for (let round = 0; round < rounds; round += 1) {
      const { last_seq: afterSeq } = await writer.call("emit_event", { session_id, message: `before ${round}` });
      const answer = waiter.call("wait_for_events", { session_id, after_seq: afterSeq });
      // A call that answers only once the waiting one has been taken in by its server.
      await waiter.call("list_sessions", { limit: 1 });
      const from = performance.now();
      const [{ events }] = await Promise.all([answer, writer.call("emit_event", { session_id, message: `round ${round}` })]);
      times.push(performance.now() - from);
      if (events[0]?.text !== `round ${round}`) throw new Error(`wait_for_events answered ${JSON.stringify(events)} in round ${round}`);
    }
    return [row("wait_for_events, another process writes → answer", { ours: times })];
  } finally {
    await Promise.all([writer.close(), waiter.close()]);
  }
}
