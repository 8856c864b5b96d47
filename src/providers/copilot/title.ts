import { parseTime } from "../../schema/time.js";
import { boundedText } from "../bounded-text.js";
import { readFlatYaml } from "../flat-yaml.js";
import type { SideContent, SideFact, SideFile } from "../provider.js";
import { shortHash } from "../record-key.js";
import { workspaceSession } from "./paths.js";

const maxTitleChars = 500;

/**
 * The title that `workspace.yaml` gives: `name` (2026-08 and later), else `summary` (1.0.10). The file is replaced whole, again and
 * again; the title's own value is its origin, so that it is said once. `updated_at` is older than the log, but no other time tells of it.
 */
export function parseCopilotSide({ relativePath }: SideFile, content: SideContent): SideFact[] | undefined {
  const nativeSessionId = workspaceSession(relativePath);
  if (nativeSessionId === undefined || !("text" in content)) return undefined;
  const fields = readFlatYaml(content.text);
  const title = boundedText((fields["name"] ?? fields["summary"] ?? "").trim(), maxTitleChars);
  if (title === "") return [];
  const ts = [fields["updated_at"], fields["created_at"]].find((time) => time !== undefined && parseTime(time) !== undefined);
  const kind = { type: "provider_status", message: "title", data: title } as const;
  return [{ nativeSessionId, origin: `workspace:${shortHash(title)}/title`, kind, ...(ts === undefined ? {} : { ts }) }];
}
