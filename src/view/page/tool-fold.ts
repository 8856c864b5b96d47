import type { EventView } from "../../schema/answers/event-page.js";
import { element } from "./element.js";
import { type LoadWhole, longText } from "./long-text.js";
import { shownLine, shownText } from "./shown-text.js";
import { SourceError } from "./source.js";

export interface ToolFoldOptions {
  loadWhole: LoadWhole;
  /** Gets a call's input as it was logged; undefined where nothing can be asked. */
  loadInput: ((seq: number) => Promise<unknown>) | undefined;
}

/** A call with its results, folded to one line. */
export class ToolFold {
  readonly node: HTMLDetailsElement;
  readonly #options: ToolFoldOptions;
  readonly #state = element("span", { class: "state" });
  readonly #peek = element("span", { class: "peek", dir: "auto" });
  readonly #results = element("div", {});
  readonly #shown = new Set<number>();

  /** @param event A call, or a result whose call is not there. */
  constructor(event: EventView, options: ToolFoldOptions) {
    this.#options = options;
    const isCall = event.type === "tool_call";
    const line = isCall ? shownLine(event.text ?? "") : "";
    this.node = element(
      "details",
      { class: isCall ? "tool" : "tool alone" },
      element("summary", {}, element("span", { class: "line" }, element("b", {}, shownLine(event.tool ?? (isCall ? "tool" : "result"))), element("bdi", { class: "telling" }, line), this.#state), this.#peek),
    );
    if (isCall) this.#addInput(event);
    this.node.append(this.#results);
    if (!isCall) this.addResult(event);
  }

  /** Adds a result; one that is there already changes nothing. */
  addResult(event: EventView): void {
    if (this.#shown.has(event.seq)) return;
    this.#shown.add(event.seq);
    const isFailed = event.ok === false;
    this.node.classList.add("answered");
    if (isFailed) {
      this.node.classList.add("failed");
      this.#state.textContent = "failed";
      this.#peek.textContent = tellingLine(event);
    }
    const empty = (event.text ?? "") === "";
    this.#results.append(
      element("section", { "data-result": event.seq }, element("h4", {}, isFailed ? "Failed" : "Result"), empty ? element("p", { class: "note" }, "No output") : longText(event, { show: asOutput, load: this.#options.loadWhole })),
    );
  }

  /** What was asked for is read when somebody opens the fold: most are never opened. */
  #addInput(event: EventView): void {
    const { loadInput, loadWhole } = this.#options;
    const box = element("div", { class: "input" });
    this.node.append(element("section", {}, element("h4", {}, "Input"), box));
    if (!loadInput) return void box.append(longText(event, { show: asOutput, load: loadWhole }));
    this.node.addEventListener(
      "toggle",
      () => {
        loadInput(event.seq).then(
          (input) => box.replaceChildren(...inputNodes(input)),
          (error: unknown) => {
            if (!(error instanceof SourceError)) throw error;
            box.replaceChildren(element("p", { class: "note failure" }, error.message));
          },
        );
      },
      { once: true },
    );
  }
}

function asOutput(text: string): Node[] {
  return [element("pre", { dir: "auto" }, shownText(text))];
}

/** The end of an output says most often what went wrong; of one that was cut, its begin is what there is. */
function tellingLine({ text = "", cut }: EventView): string {
  const lines = shownText(text).split("\n").filter((line) => line.trim() !== "");
  return shownLine((cut ? lines[0] : lines.at(-1)) ?? "");
}

/** Each argument under its name; texts as they are. */
function inputNodes(input: unknown): Node[] {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return asOutput(argumentText(input));
  const entries = Object.entries(input);
  if (entries.length === 0) return [element("p", { class: "note" }, "No arguments")];
  return [element("dl", {}, ...entries.flatMap(([name, value]) => [element("dt", {}, shownLine(name)), element("dd", {}, ...asOutput(argumentText(value)))]))];
}

function argumentText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value, undefined, 2) ?? "");
}
