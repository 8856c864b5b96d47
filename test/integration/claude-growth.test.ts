import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { countEvents, countTranscripts } from "../helpers/claude-counts.js";
import { logPaths, readLog } from "../helpers/logged.js";
import { samplesDir } from "../helpers/samples.js";
import { connectServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

const id = "391d60d7-dca3-490d-9054-c5aeb6c3f125";
const states = samplesDir && [
  join(samplesDir, "claude/projects/-workspace-riemannian-flow-det", `${id}.jsonl`),
  join(samplesDir, "claude/growth", `${id}.step2-replaced.jsonl`),
  join(samplesDir, "claude/growth", `${id}.step3-grown.jsonl`),
];

/** Texts of what the person and the agent said, in log order. */
function said(path: string): string[] {
  return readLog(path).flatMap((event) => (event.type === "user_message" || event.type === "assistant_message" ? [event.content] : []));
}

describe.skipIf(!states)("a transcript that was removed and made anew while it was followed", () => {
  it("ends with all that any of its states said, each once, and imports to the same", async () => {
    const config = tempDir();
    const native = join(config, "projects/-workspace-riemannian-flow-det", `${id}.jsonl`);
    mkdirSync(dirname(native), { recursive: true });
    const server = await connectServer({ args: [], env: { CLAUDE_CONFIG_DIR: config } });
    const texts: string[] = [];
    for (const state of states ?? []) {
      texts.push(readFileSync(state, "utf8"));
      // Another inode under the same name, as when the file was removed and written again.
      rmSync(native, { force: true });
      cpSync(state, native);
      // The plain walk counts each uuid once.
      const wanted = countTranscripts([texts.join("\n")]);
      await waitFor(`what ${state} says`, () => {
        const [log] = logPaths(server.home);
        if (log === undefined) return false;
        const { prompts, texts: answers, calls, results } = countEvents(readLog(log));
        return prompts === wanted.prompts && answers === wanted.texts && calls === wanted.calls && results === wanted.results;
      });
    }
    const log = logPaths(server.home)[0] ?? "";
    const before = said(log);
    expect(new Set(readLog(log).map(({ origin }) => origin)).size).toBe(readLog(log).length);
    expect(await server.call("import_sessions", { force: true })).toMatchObject({ imported: 0, updated: 0, events: 0 });
    expect(said(log)).toEqual(before);
    expect(before.at(-1)).toBe("git push origin main 안됨 해결좀");
  });
});
