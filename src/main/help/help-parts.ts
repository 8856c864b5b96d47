import { chooseEngine } from "../../io/sqlite-engine.js";
import { closeParts, connectParts, homeOf, type ServicesOptions } from "../services.js";
import { keepHeapSmall } from "../small-heap.js";
import type { OpenHelpParts } from "./help-import.js";

/** Opens a home's parts for a helper, as the process that it helps has them open. */
export function helpPartsOf(process: Pick<ServicesOptions, "environment" | "isAlive">): OpenHelpParts {
  return ({ common, force, signal, warn }) => {
    keepHeapSmall();
    chooseEngine();
    const parts = connectParts(homeOf(common), { common, imports: false, warn, ...process });
    const sessions = parts.ingest.helpImport({ force, signal });
    return {
      sessions,
      async close() {
        sessions.close();
        await closeParts(parts, "The import is over");
      },
    };
  };
}
