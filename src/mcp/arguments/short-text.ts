import { z } from "zod";
import { ProviderName } from "../../schema/provider-name.js";

/**
 * Text of 1 to `maxChars` UTF-16 units. The bounds stand in the error and not in the JSON Schema: every byte of that is read by the model in every session.
 */
export function shortText(maxChars: number) {
  return z.string().refine((text) => text.length >= 1 && text.length <= maxChars, `give 1 to ${maxChars} characters`);
}

/** Name of a provider, to look for. */
export const providerArg = z.string().refine((name) => ProviderName.safeParse(name).success, "give a name of a-z 0-9 . _ -, such as claude");
