import { findingKinds, isFault, type Finding, type HealthPort, type HealthReport, type HomeSurvey, type RepairStep } from "../schema/health.js";
import type { Mask, RebuildProgress } from "../schema/ports.js";
import { findingsText, repairText, surveyText, type DoctorSurroundings } from "./doctor-text.js";
import type { CommandContext } from "./command.js";
import { jsonLine } from "./json-line.js";
import { wrappedText } from "./look/wrap.js";
import { ProgressLine } from "./progress-line.js";
import { visible } from "./visible.js";

export interface DoctorCommandOptions {
  /** Verify every log, index and database. */
  check: boolean;
  /** Verify, mend what can be mended, verify again. */
  repair: boolean;
  json: boolean;
}

/** All that one run found out. */
interface Diagnosis {
  survey: HomeSurvey;
  /** As it was at last. */
  report?: HealthReport;
  steps?: RepairStep[];
}

/**
 * Says how a home is, and what to do next.
 * @returns The exit code: 1 where a fault is there, and stays there.
 * @throws {CoreError} As `HealthPort`.
 */
export async function doctorCommand(
  health: HealthPort,
  { check, repair, json }: DoctorCommandOptions,
  { terminal, signal, mask, nodeVersion, places }: Pick<CommandContext, "terminal" | "signal" | "mask" | "nodeVersion" | "places">,
): Promise<0 | 1> {
  const line = new ProgressLine(terminal);
  const variables = Object.fromEntries(Object.entries(places.variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  const surroundings: DoctorSurroundings = { node: nodeVersion, variables };
  const meanwhile = (title: string, unit: string) => ({ signal, onProgress: (progress: RebuildProgress) => line.show({ title, unit, ...progress }) });
  try {
    let report = check || repair ? await health.check(meanwhile("check", "bytes")) : undefined;
    let steps: RepairStep[] | undefined;
    if (repair && report) {
      steps = await health.repair(report.findings, meanwhile("repair", "parts"));
      if (steps.length > 0) report = await health.check(meanwhile("check again", "bytes"));
    }
    const diagnosis = { survey: health.survey(), ...(report && { report }), ...(steps && { steps }) };
    line.clear();
    terminal.out(json ? jsonLine(diagnosisJson(diagnosis, surroundings, mask)) : diagnosisText(diagnosis, surroundings, { mask, columns: terminal.isOutTerminal ? terminal.columns : Infinity }));
    return report?.findings.some(isFault) ? 1 : 0;
  } finally {
    line.clear();
  }
}

function diagnosisText({ survey, report, steps }: Diagnosis, surroundings: DoctorSurroundings, { mask, columns }: { mask: Mask; columns: number }): string {
  const show = (text: string): string => visible(mask(text));
  const parts = [surveyText(survey, surroundings, { show, isChecked: report !== undefined, columns }), steps && repairText(steps, show), report && findingsText(report, show)];
  return wrappedText(parts.filter((part) => part !== undefined).join("\n"), columns);
}

function diagnosisJson({ survey, report, steps }: Diagnosis, { node, variables }: DoctorSurroundings, mask: Mask): unknown {
  const findings = report?.findings.map((finding: Finding) => ({ severity: isFault(finding) ? "fault" : "note", ...finding, advice: findingKinds[finding.code].advice }));
  const masked = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, mask(value)]));
  const told = outputOf({ ...survey, node, ...(report && { check: { ...report, findings } }), ...(steps && { repaired: steps }) }, mask);
  return { ...(told as object), variables: masked };
}

/** Names as in all our JSON, texts masked. */
function outputOf(value: unknown, mask: Mask): unknown {
  if (typeof value === "string") return mask(value);
  if (Array.isArray(value)) return value.map((item) => outputOf(item, mask));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), outputOf(item, mask)]));
}
