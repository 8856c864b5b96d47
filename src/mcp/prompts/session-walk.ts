import type { AnyLogEvent } from "../../schema/event.js";
import type { LogLine } from "../../schema/ports.js";
import type { SessionFull } from "../../schema/session.js";
import { eventJudge } from "../views/event-filter.js";
import { visit } from "../views/gather-page.js";
import type { PromptContext } from "./prompt.js";

/** How far from its end a session is looked at. */
export const farthestLines = 20_000;
/** How far from its begin the first prompt is looked for. */
const firstLines = 500;

const isTold = eventJudge({ agent: "main", detail: "brief" });

/** Hands the events of the main agent that a brief page would show to `take`, last one first, until it wants no more. A cancelled walk throws the signal's reason. */
export async function walkBack(session: SessionFull, take: (event: AnyLogEvent) => boolean, { logs, signal }: PromptContext): Promise<void> {
  let left = farthestLines;
  const one = (event: AnyLogEvent): boolean => isTold(event) !== "shown" || take(event);
  await visit(logs.backward(session.session_id, Infinity), ({ event }) => one(event) && --left > 0, signal);
}

/** The first thing that was typed, where it stands near the begin. */
export async function firstPrompt(session: SessionFull, { logs, signal }: PromptContext): Promise<AnyLogEvent | undefined> {
  let left = firstLines;
  let first: AnyLogEvent | undefined;
  await visit(
    logs.forward(session.session_id, -1),
    ({ event }) => {
      if (event.type === "user_message" && isTold(event) === "shown") first = event;
      return first === undefined && --left > 0;
    },
    signal,
  );
  return first;
}

/** The event with that seq. */
export function eventAt(session: SessionFull, seq: number, { logs }: PromptContext): AnyLogEvent | undefined {
  for (const { event } of logs.forward(session.session_id, seq - 1)) return event;
  return undefined;
}

const stepTypes = new Set(["user_message", "assistant_message", "tool_call"]);
/** How far steps are looked for. */
const stepLines = 500;

function firstSteps(lines: Iterable<LogLine>, { most, isWithin }: { most: number; isWithin: (seq: number) => boolean }): AnyLogEvent[] {
  const steps: AnyLogEvent[] = [];
  let left = stepLines;
  for (const { event } of lines) {
    if (steps.length === most || left-- === 0 || !isWithin(event.seq)) break;
    if (stepTypes.has(event.type) && isTold(event) === "shown") steps.push(event);
  }
  return steps;
}

/** The first `most` things that the main agent said or did after a place; results left out. */
export function stepsAfter(session: SessionFull, seq: number, { most, context }: { most: number; context: PromptContext }): AnyLogEvent[] {
  return firstSteps(context.logs.forward(session.session_id, seq), { most, isWithin: () => true });
}

/** The last `most` things that the main agent said or did between two places; results left out. */
export function lastStepsBetween(
  session: SessionFull,
  { afterSeq, beforeSeq }: { afterSeq: number; beforeSeq: number },
  { most, context }: { most: number; context: PromptContext },
): AnyLogEvent[] {
  return firstSteps(context.logs.backward(session.session_id, beforeSeq), { most, isWithin: (seq) => seq > afterSeq }).reverse();
}
