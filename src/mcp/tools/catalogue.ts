import type { Tool } from "../tool.js";
import { emitEvent } from "./emit-event.js";
import { endSession } from "./end-session.js";
import { importSessions } from "./import-sessions.js";
import { listSessions } from "./list-sessions.js";
import { readSession } from "./read-session.js";
import { searchSessions } from "./search-sessions.js";
import { sessionStats } from "./session-stats.js";
import { startSession } from "./start-session.js";
import { waitForEvents } from "./wait-for-events.js";

/** All tools, in the order in which `tools/list` shows them. */
export const tools: readonly Tool[] = [
  searchSessions,
  listSessions,
  readSession,
  waitForEvents,
  sessionStats,
  startSession,
  emitEvent,
  endSession,
  importSessions,
];
