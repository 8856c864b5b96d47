/** What a text that stands in a user record is: most of them were typed by nobody. */
export type UserText =
  | { as: "prompt"; text: string }
  | { as: "command"; name: string; text: string }
  | { as: "interrupt"; text: string }
  | { as: "status"; message: string; data: unknown };

/** The text between `<name>` and `</name>`, trimmed; undefined where the tag does not stand there. */
export function tagged(text: string, name: string): string | undefined {
  const open = text.indexOf(`<${name}>`);
  if (open === -1) return undefined;
  const from = open + name.length + 2;
  const close = text.indexOf(`</${name}>`, from);
  return text.slice(from, close === -1 ? undefined : close).trim();
}

/** A slash command as it was typed: name and arguments (`/review 12`). The order of the tags varies. */
function command(text: string): UserText {
  const named = tagged(text, "command-name") ?? tagged(text, "command-message")?.split(/\s/)[0] ?? "";
  const name = named.startsWith("/") ? named : `/${named}`;
  const args = tagged(text, "command-args");
  return { as: "command", name, text: args ? `${name} ${args}` : name };
}

function notification(text: string): UserText {
  const data: Record<string, string> = {};
  for (const name of ["task-id", "agent-id", "tool-use-id", "output-file", "status", "summary", "event"]) {
    const value = tagged(text, name);
    if (value !== undefined) data[name.replaceAll("-", "_")] = value;
  }
  return { as: "status", message: "task_notification", data };
}

const status = (message: string, field?: string) => (text: string): UserText => ({
  as: "status",
  message,
  data: field === undefined ? null : { [field]: text },
});

/** What a command printed: `<NAME-stdout>` and `<NAME-stderr>`, in either order, those that say something. */
const printed = (message: string, name: string) => (text: string): UserText => {
  const stdout = tagged(text, `${name}-stdout`);
  const stderr = tagged(text, `${name}-stderr`);
  return { as: "status", message, data: { stdout: stdout ?? "", ...(stderr ? { stderr } : {}) } };
};

const inner = (message: string, tag: string, field: string) => (text: string): UserText => ({
  as: "status",
  message,
  data: { [field]: tagged(text, tag) ?? "" },
});

/** By how the text begins (section 4 of the format, Claude Code 1.0.95 to 2.1.330). */
const wrappers: readonly (readonly [string, (text: string) => UserText])[] = [
  ["<command-name>", command],
  ["<command-message>", command],
  ["<local-command-stdout>", printed("local_command_output", "local-command")],
  ["<local-command-stderr>", printed("local_command_output", "local-command")],
  ["<local-command-caveat>", status("local_command_caveat")],
  ["Caveat: The messages below", status("local_command_caveat")],
  ["<bash-input>", inner("bash_input", "bash-input", "command")],
  ["<bash-stdout>", printed("bash_output", "bash")],
  ["<bash-stderr>", printed("bash_output", "bash")],
  ["<system-reminder>", inner("system_reminder", "system-reminder", "text")],
  ["<ide_", status("ide_context", "text")],
  ["<task-notification>", notification],
  ["<agent-notification>", notification],
  ["[Request interrupted by user", (text) => ({ as: "interrupt", text })],
  ["This session is being continued from a previous conversation", status("compact_summary", "text")],
  ["Stop hook feedback:", status("stop_hook_feedback", "text")],
];

/** What `text` of a user record is, by how it begins; what no rule names was typed. */
export function classifyText(text: string): UserText {
  const trimmed = text.trimStart();
  for (const [prefix, read] of wrappers) {
    if (trimmed.startsWith(prefix)) return read(trimmed);
  }
  return { as: "prompt", text };
}
