import type { EventView } from "../../schema/answers/event-page.js";
import { element } from "./element.js";
import { SourceError } from "./source.js";
import { amount } from "./times.js";

/** Gets the event with all its text; undefined where nothing can be asked. */
export type LoadWhole = ((seq: number) => Promise<EventView | undefined>) | undefined;

/**
 * A text that may have been cut, with a button that brings the rest.
 * @param show Makes the text's nodes.
 */
export function longText(event: EventView, { show, load }: { show: (text: string) => readonly Node[]; load: LoadWhole }): HTMLElement {
  const body = element("div", { class: "text" }, ...show(event.text ?? ""));
  const box = element("div", {}, body);
  addRest(event);
  return box;

  function addRest({ cut, seq }: EventView): void {
    if (!cut) return;
    if (!load) return box.append(element("p", { class: "note" }, `${amount(cut)} more characters are left out`));
    const button = element("button", { type: "button", class: "more" }, `Show ${amount(cut)} more characters`);
    button.addEventListener("click", () => {
      button.disabled = true;
      load(seq).then(
        (whole) => {
          button.remove();
          if (!whole) return;
          body.replaceChildren(...show(whole.text ?? ""));
          if (whole.cut) box.append(element("p", { class: "note" }, `${amount(whole.cut)} more characters stand in the log only`));
        },
        (error: unknown) => {
          if (!(error instanceof SourceError)) throw error;
          button.replaceWith(element("p", { class: "note failure" }, error.message));
        },
      );
    });
    box.append(button);
  }
}
