import { dirname } from "node:path";
import type { NativeEnvironment, Provider } from "../providers/provider.js";
import type { SurveyedProvider, SurveyedRoot } from "../schema/health.js";
import { statIfThere } from "../io/stat-if-there.js";
import { walkRoot } from "./discover.js";
import { folderUseMs, mostFolders } from "./folder-watches.js";
import { nativeRoots, type NativeRoot } from "./native-root.js";

/** Where each provider's native logs lie, and how many there are. No file is opened. @param options.enabled Names of those that are read. */
export function surveyNative(providers: readonly Provider[], environment: NativeEnvironment, { enabled, nowMs }: { enabled: readonly string[]; nowMs: number }): SurveyedProvider[] {
  return providers.map((provider) => ({
    name: provider.name,
    enabled: enabled.includes(provider.name),
    roots: nativeRoots([provider], environment).map((root) => surveyRoot(root, nowMs)),
  }));
}

function surveyRoot(root: NativeRoot, nowMs: number): SurveyedRoot {
  const survey = { path: root.dir, isThere: statIfThere(root.dir)?.isDirectory() ?? false, files: 0, bytes: 0 };
  const watched = new Set(root.folders);
  for (const { path, files } of walkRoot(root)) {
    survey.files += files.length;
    survey.bytes += files.reduce((sum, { stat }) => sum + stat.sizeBytes, 0);
    const usedMs = Math.max(statIfThere(path)?.mtimeMs ?? 0, ...files.map(({ stat }) => stat.mtimeMs));
    // As `FolderWatches` has it: with a folder in use, those above it.
    if (nowMs - usedMs <= folderUseMs) for (let folder = path; folder.length > root.dir.length && !watched.has(folder); folder = dirname(folder)) watched.add(folder);
  }
  return { ...survey, watchedFolders: survey.isThere ? Math.min(watched.size, mostFolders + root.folders.length) : 0 };
}
