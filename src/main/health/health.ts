import { setImmediate as turn, setTimeout as delay } from "node:timers/promises";
import { checkCatalogue } from "../../catalogue/check-catalogue.js";
import { CoreError } from "../../errors.js";
import { checkCheckpoints } from "../../ingest/check-checkpoints.js";
import { checkHome, type HomeCheck } from "../../log/check/check-home.js";
import type { LogRef } from "../../log/log-place.js";
import { isFault, type Finding, type HealthPort, type HealthReport, type HomeSurvey, type RepairStep } from "../../schema/health.js";
import type { RebuildOptions } from "../../schema/ports.js";
import { foldSessionId } from "../../schema/session-id.js";
import { checkSearch } from "../../search/check-search.js";
import { repairHome, type RepairParts } from "./repair-home.js";
import { surveyHome, type SurveyOptions } from "./survey-home.js";

/** After these pauses what seems wrong is looked at again: the slowest promise, that of `sessions_index.json`, takes 2 seconds. */
const defaultPausesMs: readonly number[] = [250, 750, 2000];
/** So long others wait for a step of the check. */
const stepMs = 20;

export interface HealthOptions extends SurveyOptions {
  readOnly: boolean;
  /** Pauses after which what seems wrong is looked at again, in milliseconds. */
  pausesMs?: readonly number[];
}

/** Health of one home, by what lies on its disk. */
export class Health implements HealthPort {
  readonly #parts: RepairParts;
  readonly #options: HealthOptions;

  constructor(parts: RepairParts, options: HealthOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  survey(): HomeSurvey {
    return surveyHome(this.#options);
  }

  async check(options: RebuildOptions): Promise<HealthReport> {
    const { findings, ...counts } = await this.#pass(() => true, { ...options, integrity: true });
    const notes = findings.filter((finding) => !isFault(finding));
    let faults = findings.filter(isFault);
    for (const pauseMs of this.#options.pausesMs ?? defaultPausesMs) {
      if (faults.length === 0) break;
      await pause(pauseMs, options.signal);
      faults = await this.#stillThere(faults, options);
    }
    return { ...counts, findings: [...faults, ...notes] };
  }

  async repair(findings: readonly Finding[], options: RebuildOptions): Promise<RepairStep[]> {
    if (this.#options.readOnly) throw new CoreError("READ_ONLY", "Nothing is repaired with --read-only. Leave it out.");
    return repairHome(findings, this.#parts, options);
  }

  /** Faults that are found again, as they are now. */
  async #stillThere(faults: readonly Finding[], { signal }: RebuildOptions): Promise<Finding[]> {
    const keys = new Set(faults.map(keyOf));
    const ids = new Set(faults.map(({ sessionId }) => foldSessionId(sessionId ?? "")));
    const integrity = faults.some(({ code }) => code === "damaged_database");
    const again = await this.#pass(({ id }) => ids.has(foldSessionId(id)), { integrity, ...(signal && { signal }) });
    return again.findings.filter((finding) => keys.has(keyOf(finding)));
  }

  async #pass(isWanted: (log: LogRef) => boolean, { signal, onProgress, integrity }: RebuildOptions & { integrity: boolean }): Promise<HomeCheck> {
    const { home, now } = this.#parts;
    const derived = [checkCatalogue(home, { integrity }), checkSearch(home, { integrity }), checkCheckpoints(home, { integrity })];
    const steps = checkHome(home, { derived, isWanted, nowMs: now() });
    let turnMs = performance.now();
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value;
      onProgress?.(step.value);
      if (performance.now() - turnMs < stepMs) continue;
      await turn();
      signal?.throwIfAborted();
      turnMs = performance.now();
    }
  }
}

/** @throws The signal's reason, where it is aborted. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return delay(ms, undefined, signal && { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}

function keyOf({ code, path, sessionId = "" }: Finding): string {
  return `${code}\n${path}\n${sessionId}`;
}
