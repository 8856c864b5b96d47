import type { AnyLogEvent } from "../../schema/event.js";
import { inferToolKind } from "../../schema/tool-kind.js";
import { eventText } from "../views/event-text.js";
import { toolId, toolName } from "../views/event-view.js";

/** A call that was answered. */
export interface Attempt {
  /** Seq of the result. */
  seq: number;
  callSeq: number | undefined;
  /** The same for calls that try the same: the tool with its file, or with the begin of its command. */
  key: string;
  failed: boolean;
}

/** What failed, once or several times, and the attempt at the same that went well afterwards. */
export interface Trouble {
  failures: [Attempt, ...Attempt[]];
  fix: Attempt | undefined;
}

/** To find nothing where one looks is no trouble. */
const lookingKinds = new Set(["file_read", "search"]);
/** Words of a command that tell what it runs. */
const commandWords = 2;
const longestKey = 300;

type Fields = Readonly<Record<string, unknown>>;

/** Whether a result tells of a failure; some tools call a command that failed a success. */
export function isFailure(event: AnyLogEvent): boolean {
  if (event.type !== "tool_result") return false;
  const { success, data } = event as unknown as Fields;
  const code = typeof data === "object" && data !== null ? (data as Fields)["exit_code"] : undefined;
  return success === false || (typeof code === "number" && code !== 0);
}

function kindOf(event: AnyLogEvent): string {
  const kind = (event as unknown as Fields)["tool_kind"];
  return typeof kind === "string" ? kind : inferToolKind(toolName(event) ?? "");
}

/** What a call tries. It is compared only, and never shown. */
function keyOf(call: AnyLogEvent): string {
  const text = eventText(call, (plain) => plain).slice(0, 4_096);
  return `${toolName(call) ?? ""} ${kindOf(call) === "shell" ? commandOf(text) : text}`.slice(0, longestKey);
}

/** The first words of a command behind `cd … &&` and variables. */
function commandOf(text: string): string {
  const plain = text.replace(/^(?:\s*(?:bash|sh|zsh) -l?c )?(?:\s*cd [^&;\n]*(?:&&|;|\n))*(?:\s*\w+=\S+)*/, "");
  return plain.trim().split(/\s+/).slice(0, commandWords).join(" ");
}

/** Finds the attempts among events that are told last one first. */
export class Attempts {
  readonly #found: (Attempt & { id: string | undefined })[] = [];
  readonly #unanswered = new Map<string, Attempt>();

  note(event: AnyLogEvent): void {
    const id = toolId(event);
    if (event.type === "tool_result" && !lookingKinds.has(kindOf(event))) {
      const attempt = { seq: event.seq, callSeq: undefined, key: toolName(event) ?? "", failed: isFailure(event), id };
      this.#found.push(attempt);
      if (id !== undefined) this.#unanswered.set(id, attempt);
    } else if (event.type === "tool_call" && id !== undefined) {
      const attempt = this.#unanswered.get(id);
      if (!attempt) return;
      attempt.callSeq = event.seq;
      attempt.key = keyOf(event);
      this.#unanswered.delete(id);
    }
  }

  /** What failed among them, by its first failure in log order. */
  troubles(): Trouble[] {
    const all: Trouble[] = [];
    const open = new Map<string, Trouble>();
    for (const { id: _, ...attempt } of this.#found.toReversed()) {
      const trouble = open.get(attempt.key);
      if (trouble && attempt.failed) trouble.failures.push(attempt);
      else if (trouble) {
        trouble.fix = attempt;
        open.delete(attempt.key);
      } else if (attempt.failed) {
        const begun: Trouble = { failures: [attempt], fix: undefined };
        open.set(attempt.key, begun);
        all.push(begun);
      }
    }
    return all;
  }
}
