/** A call of a tool, by the name that the client gave it. */
export interface ToolUse {
  name: string;
  input: Readonly<Record<string, unknown>>;
}

/** What the model says in one turn; without a call the agent is done. */
export interface Reply {
  text: string;
  call?: ToolUse;
}

/** What a model is shown by one request. */
export interface Shown {
  /** The tools that it may call, by the names that it would use. */
  tools: string[];
  /** The text of everything said to it in the user's role, and of what the client says by itself. */
  instructions: string;
  /** What came of each call so far, as text, in order. */
  results: string[];
}

/** How one maker's models are spoken to over HTTP. */
export interface Wire {
  /** Whether a request to this path asks the model for a turn. */
  asks(path: string): boolean;
  read(body: Json): Shown;
  /** The turn as the `data` of server-sent events, each with its name where the wire has names. */
  events(reply: Reply, turn: Turn): ServerSentEvent[];
}

/** What tells a turn from the others. */
export interface Turn {
  nth: number;
  model: string;
}

export interface ServerSentEvent {
  name?: string;
  data: Json;
}

/** A JSON value that came from a client: looked into, never trusted. */
export interface Json {
  [key: string]: unknown;
}

/** The objects of a list; none where it is no list. */
export function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter((item): item is Json => typeof item === "object" && item !== null) : [];
}

/** The text of a message's content, be it a string or blocks of text. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return objects(content)
    .map(({ text }) => (typeof text === "string" ? text : ""))
    .join("\n");
}
