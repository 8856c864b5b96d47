/** How a text that a user's response item holds, and that nobody typed, begins; with what it is called here. */
const beginnings: readonly (readonly [string, string])[] = [
  ["# AGENTS.md instructions", "agents_md"],
  ["<user_instructions>", "user_instructions"],
  ["<environment_context>", "environment_context"],
  ["<permissions instructions>", "permissions"],
  ["<collaboration_mode>", "collaboration_mode"],
  ["<turn_aborted>", "turn_aborted"],
  ["<skill>", "skill"],
  ["<skills_instructions>", "skills"],
  ["<plugins", "plugins"],
  ["<apps_instructions>", "apps"],
  ["<personality_spec>", "personality"],
  ["<model_switch>", "model_switch"],
  ["<multi_agent_", "multi_agent"],
  ["<user_shell_command>", "user_shell_command"],
  ["<user_action>", "user_action"],
  ["<subagents>", "subagents"],
  ["<subagent_notification>", "subagent_notification"],
  ["<hook_prompt", "hook_prompt"],
  ["<goal_context>", "goal_context"],
  ["<ENVIRONMENT_CONTEXT>", "environment_context"],
];

const ideContext = "# Context from my IDE setup:";
const ideRequest = "## My request for Codex:";

/** What an injected text is (section 5 of the format, 0.2x to 0.169), by how it begins; undefined for what may have been typed. */
export function injectedKind(text: string): string | undefined {
  const trimmed = text.trimStart();
  const found = beginnings.find(([begin]) => trimmed.startsWith(begin));
  if (found) return found[1];
  return trimmed.startsWith(ideContext) && !trimmed.includes(ideRequest) ? "ide_context" : undefined;
}

/**
 * Whether what an event tells as a prompt is injected text from end to end: typed words may begin like one ("<skill> is not parsed, why?").
 */
export function isInjectedWhole(text: string): boolean {
  const kind = injectedKind(text);
  return kind === "ide_context" || (kind !== undefined && /<\/\w+>$/.test(text.trimEnd()));
}

/**
 * The prompt of a text as an editor sends it: its context stands before it (seen in 0.39 and 0.104).
 * @returns `context` "" where there is none.
 */
export function withoutIdeContext(text: string): { prompt: string; context: string } {
  const at = text.trimStart().startsWith(ideContext) ? text.indexOf(ideRequest) : -1;
  if (at === -1) return { prompt: text, context: "" };
  const context = text.slice(0, at).replace(ideContext, "").trim();
  return { prompt: text.slice(at + ideRequest.length).trim(), context };
}

/** The text between `<name>` and `</name>`, trimmed; undefined where the tag does not stand there. */
export function taggedText(text: string, name: string): string | undefined {
  const open = text.indexOf(`<${name}>`);
  const from = open + name.length + 2;
  const close = open === -1 ? -1 : text.indexOf(`</${name}>`, from);
  return close === -1 ? undefined : text.slice(from, close).trim();
}
