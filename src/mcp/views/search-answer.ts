import type { SearchHit, SearchPage } from "../../schema/ports.js";
import { withoutUndefined } from "../arguments/without-undefined.js";
import type { ToolContext } from "../tool.js";
import { fitList } from "./fit-list.js";
import { hitContext } from "./hit-context.js";
import { hitSession, hitView } from "./hit-view.js";
import { nextSearch, type AskedSearch } from "./next-search.js";
import { jsonBytes, shrinkRecord } from "./shrink.js";

/** What a search answers: hits, each of their sessions once, and what of all matches and of all logs that is. */
export interface SearchAnswer {
  hits: Record<string, unknown>[];
  sessions: Record<string, unknown>[];
  total: number;
  total_is_exact: boolean;
  excluded?: number;
  elsewhere?: number;
  index: { complete: boolean; pending_bytes?: number };
  next?: string;
  next_cursor?: string;
}

export interface SearchAnswerOptions {
  given: AskedSearch & { context: number; max_bytes: number };
  /** The session that was left out as the asking one. */
  asking: string | undefined;
  context: Pick<ToolContext, "catalogue" | "logs" | "mask">;
}

/** The answer with as many hits as fit in `max_bytes` of JSON, masked; where one hit and its session are too much, the least of the session. */
export function searchAnswer(page: SearchPage, { given, asking, context }: SearchAnswerOptions): SearchAnswer {
  const sessions = sessionsOf(page.hits, context);
  const views = page.hits.map((hit) => {
    const neighbours = hitContext(context.logs, hit, { count: given.context, mask: context.mask });
    return hitView(hit, { shortId: shortIdOf(sessions, hit), context: neighbours, mask: context.mask });
  });
  const next = nextSearch(given, page, { asking, firstShortId: page.hits[0] && shortIdOf(sessions, page.hits[0]) });
  const fit = (slim: boolean): SearchAnswer =>
    fitList<SearchAnswer>(views, {
      maxBytes: given.max_bytes,
      shrink: shrinkRecord,
      wrap: (hits) => ({
        hits,
        sessions: shownSessions(sessions, page.hits.slice(0, hits.length), slim),
        ...facts(page),
        ...(slim ? {} : withoutUndefined({ next })),
        ...withoutUndefined({ next_cursor: page.cursorAfter[hits.length - 1] }),
      }),
    });
  const answer = fit(false);
  return jsonBytes(answer) <= given.max_bytes ? answer : fit(true);
}

function facts({ total, totalIsExact, excluded, elsewhere, index }: SearchPage): Omit<SearchAnswer, "hits" | "sessions"> {
  return {
    total,
    total_is_exact: totalIsExact,
    ...withoutUndefined({ excluded: excluded === 0 ? undefined : excluded, elsewhere }),
    index: { complete: index.complete, ...withoutUndefined({ pending_bytes: index.pendingBytes === 0 ? undefined : index.pendingBytes }) },
  };
}

/** What is said of each session, by its whole id. */
type SessionViews = ReadonlyMap<string, Record<string, unknown> & { session_id: string }>;

function sessionsOf(hits: readonly SearchHit[], { catalogue, mask }: SearchAnswerOptions["context"]): SessionViews {
  const ids = [...new Set(hits.map(({ sessionId }) => sessionId))];
  return new Map(
    ids.map((id) => {
      const shortId = catalogue.shortId(id);
      const session = catalogue.get(id);
      return [id, { ...(session && hitSession(session, { shortId, mask })), session_id: shortId }];
    }),
  );
}

function shortIdOf(sessions: SessionViews, { sessionId }: SearchHit): string {
  return sessions.get(sessionId)?.session_id ?? sessionId;
}

function shownSessions(sessions: SessionViews, hits: readonly SearchHit[], slim: boolean): Record<string, unknown>[] {
  const ids = new Set(hits.map(({ sessionId }) => sessionId));
  const views = [...sessions].filter(([id]) => ids.has(id)).map(([, view]) => view);
  return slim ? views.map(({ session_id, provider }) => ({ session_id, ...withoutUndefined({ provider }) })) : views;
}
