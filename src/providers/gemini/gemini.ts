import type { Provider } from "../provider.js";
import { parseCommandLog } from "./command-log.js";
import { readHead } from "./head.js";
import { parse } from "./parse.js";
import { classifyGemini, classifyGeminiSide, entersGeminiFolder, geminiRoots } from "./paths.js";
import { type GeminiState, startState } from "./state.js";

/** Gemini CLI: chats of 2025-08 to 0.61.0, in both containers, sub-agents, and the ends that `logs.json` tells. */
export const gemini: Provider<GeminiState> = {
  name: "gemini",
  supports: {
    tail: true,
    toolCalls: true,
    reasoning: true,
    usage: true,
    subAgents: true,
    // Ids are random, but those that the tool derives for what it injects are the same in every session.
    sharedRecords: false,
    processFiles: false,
  },
  roots: geminiRoots,
  watchedFolders: ["tmp"],
  entersFolder: entersGeminiFolder,
  classify: classifyGemini,
  classifySide: classifyGeminiSide,
  parseSide: parseCommandLog,
  head: readHead,
  start: startState,
  parse,
  /**
   * `metadata_only` without a conversation. `partial`: documents of 2025, where replies follow on each other because the calls between them are not recorded, and
   * sub-agents that lie among the sessions without a link to their parent (0.31 to 0.36).
   */
  completeness: ({ plain }) => {
    if (!plain.conversed) return "metadata_only";
    const lacksCalls = plain.isDocument && !plain.called && plain.repliesInRow > 0;
    return lacksCalls || plain.isFlatAgent ? "partial" : "full";
  },
};
