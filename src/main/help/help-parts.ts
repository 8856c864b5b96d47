import { chooseEngine } from "../../io/sqlite-engine.js";
import { closeParts, connectParts, homeOf, type ServicesOptions } from "../services.js";
import { keepHeapSmall } from "../small-heap.js";
import type { OpenHelpParts } from "./help-import.js";

/** Opens a home's parts for a helper, as the process that it helps has them open. */
export function helpPartsOf(surroundings: Pick<ServicesOptions, "environment" | "isAlive">): OpenHelpParts {
  return ({ common, signal, warn, ...asked }) => {
    keepHeapSmall();
    chooseEngine();
    const parts = connectParts(homeOf(common), { common, imports: false, warn, ...surroundings });
    const sessions = parts.ingest.helpImport({ ...asked, signal });
    return {
      sessions,
      async close() {
        sessions.close();
        await closeParts(parts, "The import is over");
      },
    };
  };
}
