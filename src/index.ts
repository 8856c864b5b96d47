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
  type AnyLogEvent,
  type EventDraft,
  type EventOf,
  type EventType,
} from "./schema/event.js";
export { ToolKind, inferToolKind } from "./schema/tool-kind.js";
export { AgentOutput, type AgentOutputInput } from "./schema/agent-output.js";
export { BackfillState, GlobalSessionEntry, GlobalSessionIndex, SessionLogIndex, SessionLogIndexEntry } from "./schema/index-files.js";
export { isSessionId } from "./schema/session-id.js";

export { Home, findRoot, projectName } from "./log/home.js";
export type { AppendOptions, AppendResult } from "./log/append-result.js";
export { LogFile, type LogFileOptions, type LogIdentity } from "./log/log-file.js";
export type { LogSummary } from "./log/log-summary.js";
export { SessionLogs, type LogAppend } from "./log/session-logs.js";
export { SessionLogWriter, type LogEventCallback, type WriterOptions } from "./log/writer.js";
export { SessionLogCoordinator } from "./log/coordinator.js";
export { sessionKey, type SessionLogMetadata } from "./log/session-metadata.js";
export {
  type BackfilledEvent,
  type BackfilledSession,
  type HistoricalLogAdapter,
  type LiveLogAdapter,
  type LiveLogContext,
} from "./log/live-adapter.js";
export { recordAgentOutput, recordPrompt } from "./log/record.js";
export { appendEventToLog } from "./log/append-event.js";
export { runBackfill } from "./log/backfill.js";
export { loadGlobalIndex, saveGlobalIndex, upsertGlobalEntry } from "./log/global-index.js";
export { loadSessionIndex } from "./log/session-index.js";

export { Ingest } from "./ingest/ingest.js";
export { historicalAdapter, liveAdapterForProvider, logsDir } from "./index/with-environment.js";
export type { NativeEnvironment, NativeFile, NativeHead, NativeProcess, ParsedEvent, ParseResult, Provider } from "./providers/provider.js";
export { providerByName, providers } from "./providers/registry.js";
export { maskSecrets } from "./mask/mask-secrets.js";
