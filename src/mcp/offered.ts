import { prompts } from "./prompts/catalogue.js";
import type { Offered } from "./requests.js";
import { resources } from "./resources/catalogue.js";
import { tools } from "./tools/catalogue.js";

/** All that the server offers. */
export const offered: Offered = { tools, resources, prompts };
