import type { Provider } from "../provider.js";
import { readHead } from "./head.js";
import { parse } from "./parse.js";
import { classifyCodex, codexRoots, entersCodexFolder } from "./paths.js";
import { classifyCodexSide, codexSidePaths, parseCodexSide } from "./side.js";
import { type CodexState, startState } from "./state.js";

/** Codex CLI: rollouts of the TypeScript tool, of the bare era, and of 0.39 to 0.169 (legacy and paginated), archived and packed ones. */
export const codex: Provider<CodexState> = {
  name: "codex",
  supports: {
    tail: true,
    toolCalls: true,
    reasoning: true,
    usage: true,
    // A child thread is a session of its own, with parent_session_id.
    subAgents: false,
    sharedRecords: false,
    processFiles: false,
  },
  roots: codexRoots,
  watchedFolders: ["sessions", "archived_sessions"],
  entersFolder: entersCodexFolder,
  classify: classifyCodex,
  sidePaths: codexSidePaths,
  classifySide: classifyCodexSide,
  parseSide: parseCodexSide,
  head: readHead,
  start: startState,
  parse,
  completeness: ({ plain }) => {
    if (!plain.conversed) return "metadata_only";
    return plain.isBare || plain.isDocument ? "partial" : "full";
  },
};
