export { CoreError, errorCodes, type ErrorCode } from "./errors.js";
export {
  EventExtras,
  EventHead,
  LogCompleteness,
  LogEventKind,
  LogSourceKind,
  eventTypes,
  parseEvent,
  serializeEvent,
  type AgentLogEvent,
  type EventDraft,
  type EventOf,
  type EventType,
} from "./schema/event.js";
export { ToolKind, inferToolKind } from "./schema/tool-kind.js";
export { BackfillState, GlobalSessionEntry, GlobalSessionIndex, SessionLogIndex, SessionLogIndexEntry } from "./schema/index-files.js";
