import { closeSync } from "node:fs";
import { hasSystemCode } from "../errors.js";
import { linesForward } from "../io/lines.js";
import { lineKeys } from "../log/line-fields.js";
import type { FoundFile } from "./discover.js";
import type { Engine } from "./engine.js";
import type { SessionFiles } from "./import-order.js";
import { contentOf, identify, openNative, readCompanions } from "./native-file.js";
import { readRecords } from "./read-records.js";

/**
 * Where checkpoints were lost and several files may say the same thing once: notes which of them said it in the log,
 * before the first of them is read again and says it in the other's place.
 */
export function claimSaid(engine: Engine, session: SessionFiles): void {
  const files = [...session.main, ...session.parts];
  if (files.length < 2 || files.every((found) => engine.checkpoints.file(found.file.path) !== undefined)) return;
  const row = engine.checkpoints.session(session.provider, session.nativeId);
  const log = row?.sessionId === undefined ? undefined : engine.logs.find(row.sessionId);
  if (!row || !log || log.path === "") return;
  const origins = new Set<string>();
  for (const { bytes } of linesForward(log.path, { fromByte: 0 })) {
    const { origin } = lineKeys(bytes);
    if (origin !== undefined) origins.add(origin);
  }
  for (const found of files) {
    for (const { onceKey, origin } of onceSaid(found)) {
      if (origins.has(origin)) engine.claims.claimOnce(row.key, onceKey, origin);
    }
  }
}

function* onceSaid(found: FoundFile): Generator<{ onceKey: string; origin: string }> {
  const fd = openReadable(found);
  if (fd === undefined) return;
  try {
    const state = found.provider.start(found.file, readCompanions(found));
    const from = { state, offsetBytes: 0, final: true, isDocument: found.file.format === "document" };
    for (const { events } of readRecords(contentOf(fd, found.file, identify(fd)), found.provider, from)) {
      for (const { onceKey, origin } of events) if (onceKey !== undefined) yield { onceKey, origin };
    }
  } finally {
    closeSync(fd);
  }
}

/** A file that cannot be read says nothing; its import reports it. */
function openReadable(found: FoundFile): number | undefined {
  try {
    return openNative(found);
  } catch (error) {
    if (hasSystemCode(error, "EACCES", "EPERM", "EIO")) return undefined;
    throw error;
  }
}
