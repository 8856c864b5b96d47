import type { Mask } from "../../schema/ports.js";
import { SessionBrief, SessionFull } from "../../schema/session.js";
import { firstCodePoints } from "./cut-text.js";
import type { Detail } from "./event-filter.js";
import { maskStrings } from "./mask-strings.js";
import { jsonBytes, shrinkRecord } from "./shrink.js";

/** What read answers say of their session beside its events. */
export interface SessionHeading {
  session_id: string;
  title?: string;
  provider: string;
  status: string;
}

const briefFields = Object.keys(SessionBrief.shape) as (keyof SessionBrief)[];
const fullFields = Object.keys(SessionFull.shape) as (keyof SessionFull)[];

/** Fields that hold what was recorded; the others are ids of ours, times, counts and our own words. A log's path has the workspace in it. */
const recordedFields = new Set<keyof SessionFull>(["title", "workspace", "model", "command", "source_paths", "provider_session_id", "log_path"]);
const maxTitleChars = 120;

/** A session for a list (`brief`) or with all that is known (`full`), masked, with nothing null or empty. */
export function sessionView(session: SessionFull, { detail, mask }: { detail: Detail; mask: Mask }): Record<string, unknown> {
  const view: Record<string, unknown> = {};
  for (const field of detail === "full" ? fullFields : briefFields) {
    const value = session[field];
    if (isEmpty(value)) continue;
    view[field] = recordedFields.has(field) ? maskStrings(value, mask) : value;
  }
  if (detail === "brief" && typeof view["title"] === "string") view["title"] = firstCodePoints(view["title"], maxTitleChars);
  return view;
}

/** The four fields that name a session. */
export function sessionHeading(session: SessionFull, mask: Mask): SessionHeading {
  const { session_id, title, provider, status } = session;
  const shownTitle = isEmpty(title) ? undefined : firstCodePoints(mask(title ?? ""), maxTitleChars);
  return { session_id, ...(shownTitle !== undefined && { title: shownTitle }), provider, status };
}

/** Ids, paths and addresses: without their ends they name something else, or nothing. */
const wholeFields = ["provider_session_id", "parent", "log_path", "events_uri"];

/** A session's view within `maxBytes`: source paths go first, from the last, then the ends of long texts; what names something stays whole or goes. */
export function shrinkSession(view: Record<string, unknown>, maxBytes: number): Record<string, unknown> {
  const shrunk = shrinkRecord(withFewerPaths(view, maxBytes), maxBytes);
  const isCut = (field: string): boolean => wholeFields.includes(field) && shrunk[field] !== view[field];
  return Object.fromEntries(Object.entries(shrunk).filter(([field]) => !isCut(field)));
}

function withFewerPaths(view: Record<string, unknown>, maxBytes: number): Record<string, unknown> {
  const paths = view["source_paths"];
  if (!Array.isArray(paths)) return view;
  const kept = [...(paths as unknown[])];
  let shorter = view;
  while (kept.length > 1 && jsonBytes(shorter) > maxBytes) {
    kept.length = Math.ceil(kept.length / 2);
    shorter = { ...view, source_paths: [...kept] };
  }
  return shorter;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
