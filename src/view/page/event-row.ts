import type { EventView } from "../../schema/answers/event-page.js";
import { readableText } from "../../schema/readable-text.js";
import { element } from "./element.js";
import { isFailure } from "./event-feed.js";
import { type LoadWhole, longText } from "./long-text.js";
import { richText } from "./rich-text.js";
import { shownLine, shownText } from "./shown-text.js";
import { dateAndClock } from "./times.js";

/** What is said above an event; kinds that are not named here stand under their own name. */
const labels: Readonly<Record<string, string>> = { user_message: "Prompt", assistant_message: "Answer", reasoning: "Reasoning", stderr: "Standard error", usage_limit_hit: "Usage limit" };

/** The row of an event, with the time where it says one. @param content What stands in it; by default the event's text. */
export function eventRow(event: EventView, content: Node): HTMLLIElement {
  const { seq, type, agent, ts } = event;
  const family = type === "tool_call" || type === "tool_result" ? "call" : type in labels ? type : "quiet";
  return element(
    "li",
    { class: `event ${family}${isFailure(event) ? " failing" : ""}${agent === undefined ? "" : " of-agent"}`, "data-seq": seq, "data-type": shownLine(type), id: `event-${seq}` },
    ts !== undefined && element("time", { datetime: ts }, dateAndClock(ts, Date.now())),
    element("span", { class: "seq", title: `Event ${seq}` }, String(seq)),
    element("div", { class: "body" }, agent !== undefined && element("span", { class: "agent" }, shownLine(agent)), content),
  );
}

/** Everything but calls and results. */
export function eventContent(event: EventView, { load }: { load: LoadWhole }): HTMLElement {
  const label = labels[event.type];
  const head = label === undefined ? undefined : element("h3", {}, label);
  switch (event.type) {
    case "user_message":
    case "assistant_message":
      return element("div", { class: "said" }, head, longText(event, { show: (text) => richText(shownText(text)), load }));
    case "reasoning":
      return element("details", { class: "thought" }, element("summary", {}, head, element("bdi", { class: "telling" }, shownLine(event.text ?? ""))), longText(event, { show: (text) => richText(shownText(text)), load }));
    default:
      return element("div", { class: "fact" }, head ?? element("b", {}, shownLine(event.type.replaceAll("_", " "))), longText(event, { show: (text) => [element("span", { dir: "auto" }, shownText(readableText(event.type, text)))], load }));
  }
}
