import type { EventChoice } from "./event-feed.js";
import { element } from "./element.js";
import { shownLine } from "./shown-text.js";

const groups = [
  { name: "Prompts", types: ["user_message"] },
  { name: "Answers", types: ["assistant_message"] },
  { name: "Reasoning", types: ["reasoning"] },
  { name: "Tools", types: ["tool_call", "tool_result", "permission"] },
  { name: "Notes", types: ["user_event", "stderr", "session_started", "session_ended", "session_result", "session_cleared", "usage_limit_hit", "usage_limit_resumed", "usage_limit_resume_failed"] },
  { name: "Status", types: ["provider_status", "usage", "parse_warning"] },
] as const;
const shownAtFirst = new Set(["Prompts", "Answers", "Reasoning", "Tools", "Notes"]);

/** Buttons and a field by which somebody chooses the events that are shown. */
export class EventChoiceBar {
  readonly node: HTMLElement;
  readonly #on = new Set<string>(shownAtFirst);
  readonly #agents = element("select", { "aria-label": "Agent", hidden: true }, element("option", { value: "all" }, "All agents"), element("option", { value: "main" }, "Main agent"));
  #errorsOnly = false;

  /** @param onChange Called with each new choice. */
  constructor(onChange: (choice: EventChoice) => void) {
    const kinds = groups.map(({ name }) => this.#toggle(name, { isOn: this.#on.has(name), onTurn: (isOn) => void (isOn ? this.#on.add(name) : this.#on.delete(name)), onChange }));
    const errors = this.#toggle("Errors only", { isOn: false, onTurn: (isOn) => (this.#errorsOnly = isOn), onChange });
    errors.classList.add("errors");
    this.#agents.addEventListener("change", () => onChange(this.choice));
    this.node = element("div", { class: "choice", role: "group", "aria-label": "Shown events" }, ...kinds, errors, this.#agents);
  }

  get choice(): EventChoice {
    const types = groups.filter(({ name }) => this.#on.has(name)).flatMap(({ types: own }) => own);
    return { types, agent: this.#agents.value, errorsOnly: this.#errorsOnly };
  }

  /** Offers the agents of a session to choose from, where there are several. */
  offerAgents(agents: readonly string[]): void {
    for (const agent of agents.filter((name) => name !== "main")) this.#agents.append(element("option", { value: agent }, shownLine(agent)));
    this.#agents.hidden = agents.length < 2;
  }

  #toggle(name: string, { isOn, onTurn, onChange }: { isOn: boolean; onTurn: (isOn: boolean) => void; onChange: (choice: EventChoice) => void }): HTMLButtonElement {
    const button = element("button", { type: "button", "aria-pressed": String(isOn) }, name);
    button.addEventListener("click", () => {
      const turned = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(turned));
      onTurn(turned);
      onChange(this.choice);
    });
    return button;
  }
}
