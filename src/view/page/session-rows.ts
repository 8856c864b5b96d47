import { element } from "./element.js";
import type { Router } from "./router.js";
import { providerMark, type SessionHead, sessionTitle, statusMark } from "./session-head.js";
import { shownLine } from "./shown-text.js";
import { amount, clock, dayName } from "./times.js";

/** Sessions under the days of their last events, as links. */
export function sessionRows(sessions: readonly SessionHead[], { router, currentId }: { router: Router; currentId: string | undefined }): HTMLElement[] {
  const nodes: HTMLElement[] = [];
  let day: string | undefined;
  for (const session of sessions) {
    const own = session.last === undefined ? "Undated" : dayName(session.last, Date.now());
    if (own !== day) nodes.push(element("h2", {}, own));
    day = own;
    nodes.push(sessionRow(session, { router, isCurrent: session.session_id === currentId }));
  }
  return nodes;
}

function sessionRow(session: SessionHead, { router, isCurrent }: { router: Router; isCurrent: boolean }): HTMLElement {
  const { session_id: sessionId, provider, status, last, workspace, events = 0, parent } = session;
  return router.link(
    { sessionId },
    { class: parent === undefined ? "row" : "row child", "aria-current": isCurrent && "true", "data-session": sessionId },
    element("span", { class: "title", dir: "auto" }, sessionTitle(session)),
    element("span", { class: "under" }, providerMark(provider), statusMark(status), folder(workspace), element("span", {}, `${amount(events)} events`), last !== undefined && element("time", { datetime: last }, clock(last))),
  );
}

/** The last part of a path, which tells it from its neighbours. */
function folder(workspace: string | undefined): HTMLElement | undefined {
  const name = shownLine(workspace ?? "").split(/[/\\]/).findLast((part) => part !== "");
  return name === undefined ? undefined : element("bdi", { class: "folder", title: shownLine(workspace ?? "") }, name);
}
