import { z } from "zod";

/** Name of a provider, or of any other writer of sessions. */
export const ProviderName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "1 to 64 of a-z 0-9 . _ -, the first a letter or digit");
