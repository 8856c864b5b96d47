import type { EventPage, EventWait } from "./event-page.js";
import type { SearchHits } from "./search-page.js";
import type { SessionList } from "./session-list.js";
import type { StatsGroups } from "./stats-groups.js";

/** What the tools that read answer, by their names; events are brief ones. */
export interface ToolAnswers {
  list_sessions: SessionList;
  read_session: EventPage;
  search_sessions: SearchHits;
  session_stats: StatsGroups;
  wait_for_events: EventWait;
}
