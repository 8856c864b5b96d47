import { z } from "zod";

/** UTF-8 bytes that an answer's JSON may have. */
export const maxBytesArg = z.number().int().min(1_000).max(200_000).default(9_000).describe("Bytes the answer may have");

/** Where a list goes on; any text, because what is no cursor of the list is `INVALID_CURSOR`, whatever its length. */
export const cursorArg = z.string().optional().describe("next_cursor of the page before, filters unchanged");
