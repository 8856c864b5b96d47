import type { Command } from "./command.js";
import { completionOf } from "./commands/completion.js";
import { config } from "./commands/config.js";
import { doctor } from "./commands/doctor.js";
import { gc } from "./commands/gc.js";
import { importLogs } from "./commands/import.js";
import { list } from "./commands/list.js";
import { read } from "./commands/read.js";
import { rebuild } from "./commands/rebuild.js";
import { search } from "./commands/search.js";
import { serve } from "./commands/serve.js";
import { stats } from "./commands/stats.js";
import { tail } from "./commands/tail.js";
import { view } from "./commands/view.js";

/** All commands, in the order in which the help shows them. A new one is a file in `commands/` and a line here. */
export const commands: readonly Command[] = [serve, importLogs, list, read, search, tail, stats, view, rebuild, doctor, gc, config, completionOf(() => commands)];

/** The command of that name. */
export function commandNamed(name: string): Command | undefined {
  return commands.find((command) => command.name === name);
}
