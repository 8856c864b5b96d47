import type { CallTool } from "../cli/command.js";
import { startViewServer, type ViewServer } from "../view/view-server.js";
import { builtPage } from "./built-page.js";
import type { OpenServices } from "./open-services.js";

/** Serves the page on the parts of a home. @param options.port 0 for any that is free. */
export function startView(services: OpenServices, { callTool, port, onInternal }: { callTool: CallTool; port: number; onInternal: (error: unknown) => void }): Promise<ViewServer> {
  return startViewServer({
    port,
    page: builtPage(),
    onInternal,
    data: {
      callTool,
      watchSession: (sessionId, listener) => services.logs.watch(sessionId, listener),
      watchSessions: (listener) => services.catalogue.onChange(listener),
    },
  });
}
