import type { NativeEnvironment, Provider } from "../providers/provider.js";
import type { SurveyedProvider, SurveyedRoot } from "../schema/health.js";
import { statIfThere } from "../io/stat-if-there.js";
import { walkRoot } from "./discover.js";
import { nativeRoots, type NativeRoot } from "./native-root.js";

/** Where each provider's native logs lie, and how many there are. No file is opened. @param enabled Names of those that are read. */
export function surveyNative(providers: readonly Provider[], environment: NativeEnvironment, { enabled }: { enabled: readonly string[] }): SurveyedProvider[] {
  return providers.map((provider) => ({
    name: provider.name,
    enabled: enabled.includes(provider.name),
    roots: nativeRoots([provider], environment).map(surveyRoot),
  }));
}

function surveyRoot(root: NativeRoot): SurveyedRoot {
  const survey = { path: root.dir, isThere: statIfThere(root.dir)?.isDirectory() ?? false, files: 0, bytes: 0 };
  for (const { files } of walkRoot(root)) {
    survey.files += files.length;
    survey.bytes += files.reduce((sum, { stat }) => sum + stat.sizeBytes, 0);
  }
  return survey;
}
