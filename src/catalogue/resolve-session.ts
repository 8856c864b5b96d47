import { CoreError } from "../errors.js";
import type { Asker } from "../schema/ports.js";
import { foldSessionId } from "../schema/session-id.js";
import { formatTime } from "../schema/time.js";
import { editDistance } from "./edit-distance.js";
import { byAlias, byPrefix, byWholeId, idsNear, latest, latestIn, successorOf, type Found } from "./session-lookup.js";
import type { SessionTable } from "./session-table.js";

const shortestPrefix = 4;
const longestRef = 200;
const mostCandidates = 5;
const mostNearest = 3;

/**
 * The session that `ref` means, see `CataloguePort.resolve`.
 * @throws {CoreError} `SESSION_NOT_FOUND`, `AMBIGUOUS_SESSION`, `INVALID_ARGUMENT`; their texts hold ids, providers and times only.
 */
export function resolveSession(table: SessionTable, ref: string, options: { asker: Asker; forWriting: boolean }): Found {
  const { asker, forWriting } = options;
  const word = foldSessionId(ref);
  if (word === "current") return forWriting ? currentForWriting(table, asker) : currentForReading(table, asker);
  if (word === "latest" || word === "previous") {
    if (forWriting) throw invalid(ref, "a whole session id, or current: a write takes no other");
    return word === "latest" ? requireFound(latest(table), "Nothing is logged yet") : previous(table, asker);
  }
  const whole = byWholeId(table, ref);
  if (whole) return whole;
  if (forWriting) throw notFound(table, ref, "A write takes a whole session id.");
  const named = byAlias(table, ref);
  if (named.length > 0) return single(ref, named);
  if (ref.length < shortestPrefix) throw invalid(ref, `a session id, a prefix of at least ${shortestPrefix} characters, latest, current or previous`);
  const begun = byPrefix(table, ref, mostCandidates + 1);
  if (begun.length === 0) throw notFound(table, ref, "List sessions to see all.");
  return single(ref, begun);
}

function identified(table: SessionTable, asker: Asker): Found | undefined {
  for (const id of asker.providerSessionIds) {
    const found = successorOf(table, id);
    if (found) return found;
  }
  return undefined;
}

function currentForWriting(table: SessionTable, asker: Asker): Found {
  const found = identified(table, asker);
  if (found) return found;
  const [id] = asker.providerSessionIds;
  if (id === undefined) throw invalid("current", "a whole session id, since it cannot be told which session asks");
  throw new CoreError("SESSION_NOT_FOUND", `The asking session ${quote(id)} is not logged yet. Try again in a moment, or import_sessions first.`);
}

function currentForReading(table: SessionTable, asker: Asker): Found {
  const found = identified(table, asker) ?? latestIn(table, asker.workspace);
  return requireFound(found, "No session of this workspace is logged yet");
}

function previous(table: SessionTable, asker: Asker): Found {
  const current = currentForReading(table, asker);
  const workspace = current.workspace === "" ? asker.workspace : current.workspace;
  return requireFound(latestIn(table, workspace, current), `No session of its workspace stands before "${current.id}"`);
}

function requireFound(found: Found | undefined, what: string): Found {
  if (found) return found;
  throw new CoreError("SESSION_NOT_FOUND", `${what}. List sessions to see all, or import them first.`);
}

function single(ref: string, found: readonly Found[]): Found {
  const [only, ...others] = found;
  if (only && others.length === 0) return only;
  const shown = found.slice(0, mostCandidates).map(({ id, provider, lastMs }) => `${id} (${provider}, last ${formatTime(lastMs)})`);
  const more = found.length > mostCandidates ? " and more" : "";
  throw new CoreError("AMBIGUOUS_SESSION", `${quote(ref)} fits several sessions: ${shown.join(", ")}${more}. Give more of the id.`);
}

function notFound(table: SessionTable, ref: string, advice: string): CoreError {
  const nearest = nearestIds(table, ref);
  const near = nearest.length > 0 ? ` Nearest: ${nearest.join(", ")}.` : "";
  return new CoreError("SESSION_NOT_FOUND", `No session has the id ${quote(ref)}.${near} ${advice}`);
}

function nearestIds(table: SessionTable, ref: string): string[] {
  const wanted = ref.slice(0, longestRef).toLowerCase();
  const ids = idsNear(table, wanted, 50).map((id) => ({ id, away: awayFrom(wanted, id.toLowerCase()) }));
  return ids
    .toSorted((one, other) => one.away - other.away)
    .slice(0, mostNearest)
    .map(({ id }) => id);
}

/** Distance of a ref from an id: what is typed wrong in it, whether it is whole or only the id's beginning. */
function awayFrom(ref: string, id: string): number {
  return Math.min(editDistance(ref, id), editDistance(ref, id.slice(0, ref.length)));
}

function invalid(ref: string, allowed: string): CoreError {
  return new CoreError("INVALID_ARGUMENT", `session_id ${quote(ref)} cannot be used here. Give ${allowed}.`);
}

function quote(ref: string): string {
  return JSON.stringify(ref.length > longestRef ? `${ref.slice(0, longestRef)}…` : ref);
}
