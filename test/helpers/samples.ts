import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const beside = fileURLToPath(new URL("../../../shared/samples", import.meta.url));

/** Real logs of others, where they lie beside the project; undefined elsewhere: such tests are then skipped. */
export const samplesDir: string | undefined = existsSync(beside) ? beside : undefined;
