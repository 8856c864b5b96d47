import { existsSync, readFileSync } from "node:fs";
import type { Companions, NativeFile, ParsedEvent, Provider } from "../../src/providers/provider.js";
import type { LogEventKind } from "../../src/schema/event.js";

/** Everything that a parser says of one file, fed as a whole. */
export interface ParsedFile<State> {
  state: State;
  events: ParsedEvent[];
  agents: { agentId: string; parentToolId: string }[];
  consumedBytes: number;
}

/** The companions of a file that exist, as the engine reads them. */
export function companionsOf({ companionPaths = {} }: NativeFile): Companions {
  const there = Object.entries(companionPaths).filter(([, path]) => existsSync(path));
  return Object.fromEntries(there.map(([name, path]) => [name, readFileSync(path, "utf8")]));
}

/** Reads a whole file with a provider's parser. */
export function parseWhole<State>(
  provider: Provider<State>,
  bytes: Buffer,
  { file, companions = {}, final = true }: { file: NativeFile; companions?: Companions | undefined; final?: boolean },
): ParsedFile<State> {
  return provider.parse(provider.start(file, companions), bytes, { final });
}

/** Reads a file in pieces that end at `cuts` (offsets in bytes), the state going through JSON between any two; the last one is final. */
export function parseInPieces<State>(
  provider: Provider<State>,
  bytes: Buffer,
  { file, companions = {}, cuts }: { file: NativeFile; companions?: Companions | undefined; cuts: readonly number[] },
): ParsedFile<State> {
  const result: ParsedFile<State> = { state: provider.start(file, companions), events: [], agents: [], consumedBytes: 0 };
  const ends = [...cuts, bytes.length];
  for (const [index, end] of ends.entries()) {
    const piece = bytes.subarray(result.consumedBytes, end);
    const state = JSON.parse(JSON.stringify(result.state)) as State;
    const step = provider.parse(state, piece, { final: index === ends.length - 1 });
    result.state = step.state;
    result.events.push(...step.events);
    result.agents.push(...step.agents);
    result.consumedBytes += step.consumedBytes;
  }
  return result;
}

/** An event as a log holds it, as far as comparisons look: its kind, its agent, its origin. */
export type LoggedLike = LogEventKind & { agent_id?: string | undefined; parent_tool_id?: string | undefined; origin?: string | undefined; ts?: string };

/** Events as a log would hold them: what an origin said already is not said again. */
export function asLogged(events: readonly ParsedEvent[]): LoggedLike[] {
  const origins = new Set<string>();
  return events
    .filter(({ origin }) => !origins.has(origin) && origins.add(origin))
    .map(({ kind, origin, ts, agentId, parentToolId }) => ({
      ...kind,
      origin,
      ...(ts === undefined ? {} : { ts }),
      ...(agentId === undefined ? {} : { agent_id: agentId }),
      ...(parentToolId === undefined ? {} : { parent_tool_id: parentToolId }),
    }));
}
