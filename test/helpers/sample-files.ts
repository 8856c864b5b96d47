import { existsSync, readdirSync } from "node:fs";
import { join, sep } from "node:path";
import type { NativeFile, Provider } from "../../src/providers/provider.js";
import { recordings } from "./recordings.js";
import { samplesDir } from "./samples.js";

/** The native files below a provider's root, as its `classify` knows them. */
export function nativeFiles(provider: Provider, root: string): NativeFile[] {
  if (!existsSync(root)) return [];
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" }).toSorted();
  return paths.flatMap((path) => provider.classify(root, path.split(sep).join("/")) ?? []);
}

/** All real native files of a provider: those that others committed, and those of the recordings. */
export function sampleFiles(provider: Provider): NativeFile[] {
  if (samplesDir === undefined) return [];
  const recorded = recordings().filter((recording) => recording.provider === provider.name);
  const roots = recorded.flatMap(({ native }) => provider.roots({ homeDir: native, variables: {}, platform: "linux" }));
  return [join(samplesDir, provider.name), ...roots].flatMap((root) => nativeFiles(provider, root));
}
