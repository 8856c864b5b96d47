import type { SearchHits } from "../../schema/answers/search-page.js";
import { element } from "./element.js";
import type { Router } from "./router.js";
import { providerMark, sessionTitle } from "./session-head.js";
import { shownLine } from "./shown-text.js";
import { dateAndClock } from "./times.js";

/** Hits under their sessions, each a link to its place. */
export function searchRows({ hits, sessions }: SearchHits, { router, query }: { router: Router; query: string }): HTMLElement[] {
  const marked = marker(query);
  return sessions.flatMap((session) => {
    const own = hits.filter(({ session_id: id }) => id === session.session_id);
    const head = element("h2", { class: "of-session" }, providerMark(session.provider), element("bdi", {}, sessionTitle(session)));
    return [
      head,
      ...own.map(({ session_id: sessionId, seq, type, tool, ts, text }) =>
        router.link(
          { sessionId, seq },
          { class: "row hit", "data-hit": seq },
          element("span", { class: "found", dir: "auto" }, ...marked(shownLine(text))),
          element("span", { class: "under" }, element("span", {}, shownLine(tool ?? type.replaceAll("_", " "))), element("time", { datetime: ts }, dateAndClock(ts, Date.now()))),
        ),
      ),
    ];
  });
}

/** Marks the words of a query, whole or begun, in any case. */
function marker(query: string): (text: string) => (Node | string)[] {
  const words = [...query.matchAll(/[\p{L}\p{N}_]+/gu)].map(([word]) => word);
  if (words.length === 0) return (text) => [text];
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(${words.join("|")})`, "giu");
  return (text) => text.split(pattern).map((part, nth) => (nth % 2 === 1 ? element("mark", {}, part) : part));
}
