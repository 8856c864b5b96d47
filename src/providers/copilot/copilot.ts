import type { Provider } from "../provider.js";
import { readHead } from "./head.js";
import { parse } from "./parse.js";
import { classifyCopilot, classifyCopilotSide, copilotRoots, entersCopilotFolder, processFileNames } from "./paths.js";
import { parseCopilotProcess } from "./process-file.js";
import { type CopilotState, startState } from "./state.js";
import { parseCopilotSide } from "./title.js";

/** GitHub Copilot CLI: event logs of 0.0.342 to 1.0.102 with their sub-agents, the JSON objects before, process files, titles of `workspace.yaml`. */
export const copilot: Provider<CopilotState> = {
  name: "copilot",
  supports: {
    tail: true,
    toolCalls: true,
    reasoning: true,
    usage: true,
    subAgents: true,
    sharedRecords: true,
    processFiles: true,
  },
  roots: copilotRoots,
  watchedFolders: ["session-state", "history-session-state"],
  entersFolder: entersCopilotFolder,
  classify: classifyCopilot,
  isProcessFile: (relativePath) => processFileNames(relativePath) !== undefined,
  parseProcess: parseCopilotProcess,
  processFilesTellClears: true,
  classifySide: classifyCopilotSide,
  parseSide: parseCopilotSide,
  head: readHead,
  start: startState,
  parse,
  /**
   * `metadata_only` until something of a conversation was read, then `full`: event logs, the flat ones too, hold everything that was said. The
   * objects of `history-session-state` hold no thoughts and no usage, and results as they were shown: `partial`.
   */
  completeness: ({ plain }) => (!plain.conversed ? "metadata_only" : plain.format === "document" ? "partial" : "full"),
};
