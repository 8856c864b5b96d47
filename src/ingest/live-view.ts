import type { LiveSession } from "../schema/ports.js";

/** Lines that `/live/{provider}.jsonl` shows at most. */
export const mostLiveLines = 200;

/** What is being written now; see `IngestPort`. */
export interface LiveView {
  live(): LiveSession[];
  lines(provider: string, limit: number): string[];
  watch(provider: string, listener: () => void): () => void;
  close(): Promise<void>;
}
