import { z } from "zod";

export const defaultMaxBytes = 9_000;
/** Events of a page, where the caller does not say. */
export const defaultEvents = 50;

/** UTF-8 bytes that an answer's JSON may have. */
export const maxBytesArg = z.number().int().min(1_000).max(200_000).default(defaultMaxBytes).describe("Bytes the answer may have");

/** Where a list goes on; any text, because what is no cursor of the list is `INVALID_CURSOR`, whatever its length. */
export const cursorArg = z.string().optional().describe("next_cursor of the page before, filters unchanged");
