import { parseTime } from "../../schema/time.js";
import { liveLinesEntry, liveLinesResource } from "./live-lines.js";
import { liveResource } from "./live.js";
import type { Resource, ResourceContext, ResourceEntry } from "./resource.js";
import { sessionEventsEntry, sessionEventsResource } from "./session-events.js";
import { sessionResource } from "./session.js";
import { newestSessions, sessionsResource } from "./sessions.js";
import { transcriptResource } from "./transcript.js";

/** All resources of this server. */
export const resources: readonly Resource[] = [
  sessionsResource,
  liveResource,
  sessionResource,
  sessionEventsResource,
  transcriptResource,
  liveLinesResource,
];

function isTemplate({ entry }: Resource): boolean {
  return entry.uri.includes("{");
}

/** What `resources/templates/list` shows. */
export function templateEntries(all: readonly Resource[]): ResourceEntry[] {
  return all.filter(isTemplate).map((resource) => resource.entry);
}

function liveEntries({ ingest }: ResourceContext): ResourceEntry[] {
  const latest = new Map<string, string | undefined>();
  for (const { provider, lastEventAt } of ingest.live()) {
    const known = latest.get(provider);
    const isLater = lastEventAt !== undefined && (parseTime(lastEventAt) ?? 0) > (parseTime(known ?? "") ?? 0);
    latest.set(provider, isLater ? lastEventAt : known);
  }
  return [...latest].map(([provider, lastEventAt]) => liveLinesEntry(provider, lastEventAt));
}

/** What `resources/list` shows: the fixed ones, the live events of each provider with a live session, and the events of the newest sessions. */
export function listedEntries(all: readonly Resource[], context: ResourceContext): ResourceEntry[] {
  const { sessions } = context.catalogue.list({ includeChildren: true, limit: newestSessions });
  return [
    ...all.filter((resource) => !isTemplate(resource)).map((resource) => resource.entry),
    ...liveEntries(context),
    ...sessions.map(sessionEventsEntry),
  ];
}
