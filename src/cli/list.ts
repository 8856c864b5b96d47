import type { SessionList } from "../schema/answers/session-list.js";
import type { CommandContext } from "./command.js";
import { jsonLine } from "./json-line.js";
import { grouped } from "./look/numbers.js";
import { providerLook } from "./look/provider.js";
import { shortPath } from "./look/short-path.js";
import { styleFor } from "./look/style.js";
import { type Column, table } from "./look/table.js";
import { ago } from "./look/times.js";
import { tellIfNothingYet } from "./nothing-yet.js";
import { allPages } from "./pages.js";
import { shortIds } from "./short-ids.js";
import { visible } from "./visible.js";

export interface ListCommandOptions {
  /** Arguments of `list_sessions`. */
  filters: Readonly<Record<string, unknown>>;
  limit: number;
  json: boolean;
}

/** Lists sessions, the latest first. @returns The exit code. */
export async function listCommand({ filters, limit, json }: ListCommandOptions, context: CommandContext): Promise<0> {
  const { callTool, terminal } = context;
  const answer = await allPages((page) => callTool("list_sessions", { ...filters, ...page }), { items: "sessions", limit, perPage: 100 });
  if (json) terminal.out(jsonLine(answer));
  else terminal.out(textOf(answer, context));
  if (answer.total === 0) await tellIfNothingYet(context);
  return 0;
}

type Session = SessionList["sessions"][number];

function textOf({ sessions, total }: SessionList, { terminal, places, now }: CommandContext): string {
  const style = styleFor(terminal);
  if (sessions.length === 0) return "No sessions.\n";
  const columns = sessionColumns(sessions, { homeDir: places.homeDir, nowMs: now() });
  const more = total > sessions.length ? style(`${grouped(sessions.length)} of ${grouped(total)} sessions; --limit shows more.\n`, "dim") : "";
  return table(sessions, columns, { columns: terminal.columns, style }) + more;
}

function sessionColumns(sessions: readonly Session[], { homeDir, nowMs }: { homeDir: string; nowMs: number }): Column<Session>[] {
  const ids = shortIds(sessions.map(({ session_id }) => session_id));
  return [
    { title: "id", text: ({ session_id }) => ids.get(session_id) ?? session_id, looks: () => ["cyan"] },
    { title: "last", text: ({ last }) => (last === undefined ? "" : ago(last, nowMs)) },
    { title: "status", text: ({ status }) => status, looks: ({ status }) => (status === "live" ? ["green", "bold"] : ["dim"]) },
    { title: "agent", text: ({ provider }) => `${providerLook(provider).icon} ${visible(provider)}`, looks: ({ provider }) => [providerLook(provider).look], min: 8 },
    { title: "events", text: ({ events }) => grouped(events), right: true, drop: 3 },
    { title: "title", text: ({ title, parent }) => `${parent === undefined ? "" : "↳ "}${visible(title ?? "")}`, looks: () => ["bold"], min: 24 },
    { title: "workspace", text: ({ workspace }) => visible(shortPath(workspace ?? "", homeDir)), looks: () => ["dim"], min: 14, drop: 4 },
    { title: "model", text: ({ model }) => visible(model ?? ""), looks: () => ["dim"], min: 10, drop: 5 },
  ];
}
