import { counted } from "./counted.js";
import { basename } from "node:path";
import { grouped } from "./look/numbers.js";
import { wrappedText } from "./look/wrap.js";
import { findingKinds, isFault, type Finding, type FindingCode, type HealthReport, type HomeSurvey, type RepairStep, type SurveyedDatabase, type SurveyedProvider } from "../schema/health.js";

/** What `doctor` is told of its process. */
export interface DoctorSurroundings {
  /** Version of Node. */
  node: string;
  /** Environment variables that are set, of those that are read. */
  variables: Readonly<Record<string, string>>;
}

type Show = (text: string) => string;
type Row = readonly [title: string, text: string];

/** Of findings of one kind so many are listed for people; `--json` lists all. */
const mostListed = 10;

/** What there is, for people. @param options.isChecked The logs were verified: what follows says how they are. @param options.columns Width to wrap at. */
export function surveyText(survey: HomeSurvey, surroundings: DoctorSurroundings, { show, isChecked, columns }: { show: Show; isChecked: boolean; columns: number }): string {
  const rows: Row[] = [
    ["home", homeText(survey, show)],
    ...survey.providers.map((provider, nth): Row => [nth === 0 ? "native logs" : "", providerText(provider, show)]),
    ...survey.sessionsByProvider.map(({ provider, sessions, bytes }, nth): Row => [nth === 0 ? "sessions" : "", `${show(provider)}: ${sessions}, ${megabytes(bytes)}`]),
    ...survey.databases.map((database, nth): Row => [nth === 0 ? "databases" : "", databaseText(database)]),
    ["lease", leaseText(survey)],
    ["watches", watchesText(survey)],
    ["permissions", permissionsText(survey, show)],
    ["runs on", `Node ${surroundings.node}, SQLite ${survey.sqlite.version} (${survey.sqlite.name})`],
    ...Object.entries(surroundings.variables).map(([name, value], nth): Row => [nth === 0 ? "variables" : "", `${name}=${show(value)}`]),
    ...nextSteps(survey, isChecked).map((step, nth): Row => [nth === 0 ? "next" : "", step]),
  ];
  const width = Math.max(...rows.map(([title]) => title.length));
  const below = `\n${" ".repeat(width + 2)}`;
  return rows.map(([title, text]) => `${title.padEnd(width)}  ${wrappedText(text, columns - width - 2).replaceAll("\n", below)}\n`).join("");
}

/** What a check found, for people. */
export function findingsText({ logs, bytes, events, findings }: HealthReport, show: Show): string {
  const faults = findings.filter(isFault);
  const notes = findings.filter((finding) => !isFault(finding));
  const head = `checked  ${counted(logs, "log")} with ${counted(events, "event")}, ${megabytes(bytes)}: ${faults.length === 0 ? "no fault" : counted(faults.length, "fault")}${notes.length === 0 ? "" : `, ${counted(notes.length, "note")}`}\n`;
  return head + byCode(faults, "fault", show) + byCode(notes, "note", show);
}

/** What a repair did, for people. */
export function repairText(steps: readonly RepairStep[], show: Show): string {
  if (steps.length === 0) return "repaired  nothing: there was nothing that can be mended\n";
  return steps.map(({ done, path, what }) => `${done ? "repaired" : "not repaired"}  ${show(path)}: ${show(what)}\n`).join("");
}

function byCode(findings: readonly Finding[], word: string, show: Show): string {
  const codes = [...new Set(findings.map(({ code }) => code))];
  return codes.map((code) => codeText(code, findings.filter((finding) => finding.code === code), { word, show })).join("");
}

function codeText(code: FindingCode, findings: readonly Finding[], { word, show }: { word: string; show: Show }): string {
  const listed = findings.slice(0, mostListed).map(({ path, sessionId, what }) => `  ${show(path)}${sessionId === undefined ? "" : ` (${show(sessionId)})`}: ${show(what)}\n`);
  const more = findings.length > mostListed ? `  and ${findings.length - mostListed} more: --json lists them\n` : "";
  return `${word}  ${code.replaceAll("_", " ")}: ${findingKinds[code].advice}\n${listed.join("")}${more}`;
}

function homeText({ home, isThere, userLogDir, logs, bytes, logsFolders }: HomeSurvey, show: Show): string {
  const place = `${show(home)}${userLogDir === undefined ? "" : `, logs in ${show(userLogDir)}`}`;
  return isThere || logs > 0 ? `${place}: ${counted(logs, "log")}, ${megabytes(bytes)}, in ${counted(logsFolders, "folder")}` : `${place}: not made yet`;
}

function providerText({ name, enabled, roots }: SurveyedProvider, show: Show): string {
  const there = roots.filter(({ isThere }) => isThere).map(({ path, files, bytes }) => `${show(path)}, ${counted(files, "file")}, ${megabytes(bytes)}`);
  const places = there.length > 0 ? there.join("; ") : `none in ${roots.map(({ path }) => show(path)).join(", ")}`;
  return `${name}: ${places}${enabled ? "" : " (left out by --providers)"}`;
}

function databaseText({ path, state, bytes, sessions, pendingBytes }: SurveyedDatabase): string {
  const name = basename(path);
  if (state === "missing") return `${name}: not made yet`;
  if (state !== "good") return `${name}: ${state}`;
  const rest = pendingBytes === undefined ? "" : pendingBytes === 0 ? ", complete" : `, ${megabytes(pendingBytes)} of logs to be taken in`;
  return `${name}: ${megabytes(bytes)}, ${counted(sessions ?? 0, "session")}${rest}`;
}

function leaseText({ lease }: HomeSurvey): string {
  if (!lease.isHeld) return "free: no process follows the native logs now";
  return lease.pids.length > 0 ? `held by process ${lease.pids.join(", ")}, which is alive` : "held by a process that is alive";
}

function watchesText(survey: HomeSurvey): string {
  const { lease, watches: { ofHolder, limit, inUse = 0 } } = survey;
  const held = ofHolder === undefined ? "the system does not tell how many" : `${grouped(ofHolder)} of files and folders`;
  const now = lease.isHeld ? held : `none now; a server watches about ${counted(wantedWatches(survey), "folder")} of native logs`;
  if (limit === undefined) return now;
  const room = areWatchesFew(survey) ? "too few" : "enough";
  return `${now}; of the ${grouped(limit)} that you may have, ${grouped(inUse)} are in use: ${room}`;
}

function wantedWatches({ providers }: HomeSurvey): number {
  return providers.filter(({ enabled }) => enabled).flatMap(({ roots }) => roots).reduce((sum, { watchedFolders }) => sum + watchedFolders, 0);
}

/** So many are to be left, for the logs and files that are watched beside the folders. */
const spareWatches = 100;

function areWatchesFew(survey: HomeSurvey): boolean {
  const { lease, watches: { limit, inUse = 0 } } = survey;
  return limit !== undefined && limit - inUse < spareWatches + (lease.isHeld ? 0 : wantedWatches(survey));
}

function permissionsText({ isThere, openToOthers }: HomeSurvey, show: Show): string {
  if (!isThere) return "nothing to protect yet";
  const [first, ...others] = openToOthers;
  return first === undefined ? "only you can read it" : `others can read ${show(first)}${others.length === 0 ? "" : ` and ${others.length} more`}`;
}

function nextSteps(survey: HomeSurvey, isChecked: boolean): string[] {
  const hasNative = survey.providers.some(({ enabled, roots }) => enabled && roots.some(({ files }) => files > 0));
  const isDamaged = survey.databases.some(({ state }) => state === "damaged");
  const isBehind = survey.databases.some(({ state, pendingBytes = 0 }) => state === "missing" || pendingBytes > 0);
  return [
    ...(survey.logs === 0 && hasNative ? ["session-log-mcp import takes in the native logs; a server does it by itself"] : []),
    ...(survey.logs === 0 ? ["session-log-mcp config CLIENT shows how to add the server to a client"] : []),
    ...(isDamaged || survey.openToOthers.length > 0 ? ["session-log-mcp doctor --repair mends what can be mended"] : []),
    ...(areWatchesFew(survey) ? ["sudo sysctl fs.inotify.max_user_watches=524288 lets more be watched; without it what agents write is seen later, by looking again and again"] : []),
    ...(survey.logs > 0 && isBehind ? ["what is to be taken in is taken in by the next server or question"] : []),
    ...(survey.logs > 0 && !isChecked ? ["session-log-mcp doctor --check verifies every log, index and database"] : []),
  ];
}


function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
