import { parseTime } from "../../schema/time.js";
import { liveLinesEntry, liveLinesResource } from "./live-lines.js";
import { liveResource } from "./live.js";
import type { Resource, ResourceContext, ResourceEntry } from "./resource.js";
import { sessionEventsEntry, sessionEventsResource } from "./session-events.js";
import { sessionResource } from "./session.js";
import { newestSessions, sessionsResource } from "./sessions.js";
import { transcriptResource } from "./transcript.js";
import { viewResource } from "./view.js";

/** All resources of this server. */
export const resources: readonly Resource[] = [
  sessionsResource,
  liveResource,
  sessionResource,
  sessionEventsResource,
  transcriptResource,
  liveLinesResource,
  viewResource,
];

function isTemplate({ entry }: Resource): boolean {
  return entry.uri.includes("{");
}

/** What `resources/templates/list` shows. */
export function templateEntries(all: readonly Resource[]): ResourceEntry[] {
  return all.filter(isTemplate).map((resource) => resource.entry);
}

/** Time of the last live event, by provider; undefined where none is known. */
function lastLive({ ingest }: Pick<ResourceContext, "ingest">): Map<string, string | undefined> {
  const latest = new Map<string, string | undefined>();
  for (const { provider, lastEventAt } of ingest.live()) latest.set(provider, later(lastEventAt, latest.get(provider)));
  return latest;
}

function later(one: string | undefined, other: string | undefined): string | undefined {
  return (parseTime(one ?? "") ?? 0) > (parseTime(other ?? "") ?? 0) ? one : other;
}

/** What `resources/list` shows: the fixed ones, the live events of each provider with a live session, and the events of the newest sessions. */
export function listedEntries(all: readonly Resource[], context: Omit<ResourceContext, "viewPage">): ResourceEntry[] {
  const { sessions } = context.catalogue.list({ includeChildren: true, limit: newestSessions });
  const live = lastLive(context);
  const lastModified = { sessions: sessions[0]?.last_event_at, live: [...live.values()].reduce(later, undefined) };
  const fixed = all.filter((resource) => !isTemplate(resource) && !resource.isUnlisted).map(({ kind, entry }) => {
    const time = kind === "sessions" || kind === "live" ? lastModified[kind] : undefined;
    return time === undefined ? entry : { ...entry, lastModified: time };
  });
  return [...fixed, ...[...live].map(([provider, time]) => liveLinesEntry(provider, time)), ...sessions.map((session) => sessionEventsEntry(session, context))];
}
