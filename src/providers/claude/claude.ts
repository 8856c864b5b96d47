import type { Provider } from "../provider.js";
import { readHead } from "./head.js";
import { parse } from "./parse.js";
import { claudeRoots, classifyClaude, isClaudeProcessFile } from "./paths.js";
import { parseClaudeProcess } from "./process-file.js";
import { type ClaudeState, startState } from "./state.js";

/** Claude Code: transcripts of 1.0.95 to 2.1.330, sub-agents inline, flat and nested, workflow journals, process files. */
export const claude: Provider<ClaudeState> = {
  name: "claude",
  supports: {
    tail: true,
    toolCalls: true,
    reasoning: true,
    usage: true,
    subAgents: true,
    sharedRecords: true,
    processFiles: true,
  },
  roots: claudeRoots,
  watchedFolders: ["projects", "sessions"],
  classify: classifyClaude,
  isProcessFile: isClaudeProcessFile,
  parseProcess: parseClaudeProcess,
  head: readHead,
  start: startState,
  parse,
  /** `metadata_only` until something of a conversation was read, then `full`: the format holds everything that was said. */
  completeness: (state) => (state.plain.conversed ? "full" : "metadata_only"),
};
