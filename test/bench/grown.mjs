// import_sessions through a client: nothing new, and one transcript that grew by a line.
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { connectOurs } from "./clients.mjs";
import { check, row } from "./rows.mjs";
import { statAll, timedMs } from "./timing.mjs";

const rounds = 9;

/** A transcript's last record once more, under ids of its own. */
function nextRecord(path, nth) {
  const last = JSON.parse(readFileSync(path, "utf8").trimEnd().split("\n").at(-1));
  const uuid = `bbbbbbbb-0000-4000-8000-${String(nth).padStart(12, "0")}`;
  return { ...last, uuid, parentUuid: last.uuid, message: { ...last.message, id: `msg_grown_${nth}` }, requestId: `req_grown_${nth}` };
}

export async function grown({ corpora }) {
  const { home, userHome, made } = corpora.native();
  const { call, close } = await connectOurs(home, { args: ["--no-import"], userHome });
  const path = made.paths.at(-1);
  const [times, floor] = [{ same: [], grown: [] }, []];
  let updated = 0;
  const timedImport = async () => {
    const from = performance.now();
    const report = await call("import_sessions");
    return { ms: performance.now() - from, report };
  };
  try {
    await timedImport();
    for (let round = 0; round < rounds; round += 1) {
      floor.push(timedMs(() => statAll(join(userHome, ".claude"))));
      times.same.push((await timedImport()).ms);
      appendFileSync(path, `${JSON.stringify(nextRecord(path, round))}\n`);
      const { ms, report } = await timedImport();
      times.grown.push(ms);
      updated += report.updated;
    }
  } finally {
    await close();
  }
  const of = `of ${made.paths.length} files`;
  return [
    row(`import_sessions through a client, nothing changed ${of}`, { ours: times.same, floor, floorName: "readdir and stat" }),
    row(`import_sessions through a client, one grew by a line ${of}`, { ours: times.grown, floor, floorName: "readdir and stat" }),
    check("each growth imported, and nothing else", updated === rounds, `${updated} of ${rounds}`),
  ];
}
