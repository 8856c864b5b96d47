import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Catalogue, type CatalogueOptions } from "../../src/catalogue/catalogue.js";
import { Home } from "../../src/log/home.js";
import { SessionLogs } from "../../src/log/session-logs.js";
import type { SessionPage, SessionQuery } from "../../src/schema/ports.js";
import { tempDir } from "../helpers/temp-dir.js";

export interface Opened {
  home: Home;
  logsDir: string;
  logs: SessionLogs;
  catalogue: Catalogue;
  warnings: string[];
}

/** A catalogue on a home (a new one where none is given), with the logs of its own process; closed when the test has finished. */
export function openCatalogue(options: Partial<Pick<CatalogueOptions, "live" | "now">> & { homeDir?: string } = {}): Opened {
  const { homeDir = tempDir(), ...rest } = options;
  const home = new Home({ dir: homeDir });
  const logs = new SessionLogs(home, {});
  const warnings: string[] = [];
  const catalogue = new Catalogue({ home, logs, onWarning: (message) => warnings.push(message), ...rest });
  onTestFinished(() => {
    catalogue.close();
    logs.close();
  });
  return { home, logsDir: join(homeDir, "logs"), logs, catalogue, warnings };
}

/** A query with what is left out at its most ordinary. */
export function query(rest: Partial<SessionQuery> = {}): SessionQuery {
  return { includeChildren: false, limit: 100, ...rest };
}

export function idsOf(page: SessionPage): string[] {
  return page.sessions.map((session) => session.session_id);
}
