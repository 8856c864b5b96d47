import { basename, dirname } from "node:path";
import { rmSync } from "node:fs";
import { CoreError, systemCode } from "../../errors.js";
import { CheckpointDb } from "../../ingest/checkpoint-db.js";
import { moveAside } from "../../io/moved-aside.js";
import { makePrivate } from "../../io/private-mode.js";
import { loadBackfillState } from "../../log/backfill-state.js";
import type { Home } from "../../log/home.js";
import { removeSurplus } from "../../log/repair/repair-indexes.js";
import { repairLog, repairTail } from "../../log/repair/repair-log.js";
import type { Finding, FindingCode, RepairStep } from "../../schema/health.js";
import type { CataloguePort, LogPort, RebuildOptions, SearchPort } from "../../schema/ports.js";

export interface RepairParts {
  home: Home;
  logs: LogPort;
  catalogue: CataloguePort;
  search: SearchPort;
  now: () => number;
  onWarning: (message: string) => void;
}

const rewriting: readonly FindingCode[] = ["unreadable_lines", "seq_break", "doubled_origin", "doubled_key"];
const doubling: readonly FindingCode[] = ["doubled_origin", "doubled_key"];
const rebuilding: readonly FindingCode[] = ["unreadable_index", "index_lacks", "index_differs"];

/** See `HealthPort.repair`: what the others need first, the logs before what is derived from them. */
export async function repairHome(findings: readonly Finding[], parts: RepairParts, options: RebuildOptions): Promise<RepairStep[]> {
  const repair = new Repair(findings, parts);
  for (const path of repair.pathsOf("open_to_others")) await repair.step(path, () => (makePrivate(path) ? "only you can read it now" : undefined));
  for (const path of repair.pathsOf("unusable_lock")) await repair.step(path, () => `moved to ${moveAside(path, parts.now())}`);
  for (const path of repair.pathsOf("stale_temporary")) await repair.step(path, () => removed(path));
  for (const path of repair.pathsOf(...rewriting, "torn_tail")) {
    options.signal?.throwIfAborted();
    await repair.step(path, () => repair.mendLog(path));
  }
  await repair.mendIndexes(options);
  await repair.mendDatabases(options);
  return repair.steps;
}

class Repair {
  readonly steps: RepairStep[] = [];
  readonly #findings: readonly Finding[];
  readonly #parts: RepairParts;

  constructor(findings: readonly Finding[], parts: RepairParts) {
    this.#findings = findings;
    this.#parts = parts;
  }

  /** Paths of what was found, each once. */
  pathsOf(...codes: readonly FindingCode[]): string[] {
    return [...new Set(this.#findings.flatMap(({ code, path }) => (codes.includes(code) ? [path] : [])))];
  }

  /** Does one thing and says so; one that fails does not keep the others from being done. @param act What it did, or undefined where it could not. */
  async step(path: string, act: () => string | undefined | Promise<string | undefined>): Promise<void> {
    try {
      const what = await act();
      this.steps.push({ done: what !== undefined, path, what: what ?? "it is not yours to change" });
    } catch (error) {
      if (!(error instanceof CoreError) && systemCode(error) === undefined) throw error;
      this.steps.push({ done: false, path, what: error instanceof Error ? error.message : String(error) });
    }
  }

  mendLog(path: string): string {
    const codes = this.#findings.flatMap((finding) => (finding.path === path ? [finding.code] : []));
    if (!codes.some((code) => rewriting.includes(code))) {
      repairTail(path);
      return "the half line at its end was closed off";
    }
    const { events, warnings, dropped, renumbered, backupPath } = repairLog(path, this.#parts.now(), { dropsDoubled: codes.some((code) => doubling.includes(code)) });
    return `written anew with ${events} events, ${renumbered} of them renumbered, ${dropped} that stood twice dropped, ${warnings} warnings for what could not be read; as it was it lies at ${backupPath}`;
  }

  async mendIndexes(options: RebuildOptions): Promise<void> {
    const { home, logs, now, onWarning } = this.#parts;
    const path = home.dir;
    for (const index of this.pathsOf("index_surplus")) {
      await this.step(index, () => `entries without a log and second ones were taken out; as it was it lies at ${removeSurplus(home, index, { nowMs: now(), onWarning })}`);
    }
    const unreadable = this.pathsOf("unreadable_index").filter((index) => basename(index) === "backfill_state.json");
    for (const state of unreadable) await this.step(state, () => `made anew with ${loadBackfillState(dirname(state), { onWarning }).imported_session_keys.length} sessions`);
    if (this.pathsOf(...rebuilding, ...rewriting, "torn_tail").length === 0) return;
    await this.step(path, async () => `the indexes say what the logs say: mended for ${(await logs.rebuildIndexes(options)).mended} sessions`);
  }

  async mendDatabases(options: RebuildOptions): Promise<void> {
    const { catalogue, search, now, onWarning } = this.#parts;
    const damaged = this.pathsOf("damaged_database", "catalogue_differs", "search_differs", "orphaned_checkpoint");
    const named = (name: string): string[] => damaged.filter((path) => basename(path) === name);
    for (const path of named("import.sqlite")) {
      await this.step(path, () => {
        CheckpointDb.setAside(path, { nowMs: now(), onWarning });
        return "moved aside; the next import makes it anew, and writes nothing twice";
      });
    }
    for (const path of named("catalogue.sqlite")) await this.step(path, () => catalogue.rebuild(options).then(() => "made anew from the logs"));
    for (const path of named("search.sqlite")) await this.step(path, () => search.rebuild(options).then(() => "made anew from the logs"));
  }
}

function removed(path: string): string {
  rmSync(path, { force: true });
  return "removed";
}
