import type { EventPage } from "../../schema/answers/event-page.js";
import { tokenParts } from "../../schema/token-parts.js";
import { element } from "./element.js";
import { shownLine } from "./shown-text.js";
import { amount, dateAndClock, span } from "./times.js";

/** What is known of a session; of one in a list, less. */
export type SessionHead = EventPage["session"];

/** The title that a session is shown by. */
export function sessionTitle({ title, session_id: id }: { title?: string | undefined; session_id: string }): string {
  const shown = shownLine(title ?? "");
  return shown === "" ? id : shown;
}

/** A provider as a mark of its own colour. */
export function providerMark(provider: string | undefined): HTMLElement {
  const name = shownLine(provider ?? "");
  return element("span", { class: "provider", "data-provider": name }, name);
}

/** What is known of a session, in one line of facts. */
export function sessionFacts(session: SessionHead): HTMLElement {
  const { provider, status, model, workspace, started_at: start, last_event_at: end, events, tool_calls: calls, tool_errors: errors, tokens } = session;
  const facts = [
    model === undefined ? undefined : shownLine(model),
    start === undefined ? undefined : dateAndClock(start, Date.now()),
    start === undefined || end === undefined ? undefined : span(Date.parse(end) - Date.parse(start)),
    events === undefined ? undefined : `${amount(events)} events`,
    calls === undefined || calls === 0 ? undefined : `${amount(calls)} tool calls${errors ? `, ${amount(errors)} failed` : ""}`,
    tokens === undefined ? undefined : `tokens: ${tokenParts(tokens).map(([count, what]) => `${amount(count)} ${what}`).join(", ")}`,
  ];
  return element(
    "div",
    { class: "facts" },
    element("p", {}, providerMark(provider), statusMark(status), ...facts.filter((fact) => fact !== undefined && fact !== "").map((fact) => element("span", {}, fact))),
    workspace !== undefined && element("p", { class: "workspace", title: shownLine(workspace) }, element("bdi", {}, shownLine(workspace))),
  );
}

/** What a session's state is, where that is worth saying. */
export function statusMark(status: string | undefined): HTMLElement | undefined {
  return status === "live" ? element("span", { class: "status live" }, "live") : undefined;
}
