import { z } from "zod";
import { shortText } from "./short-text.js";

/** UTF-8 bytes that an answer's JSON may have. */
export const maxBytesArg = z.number().int().min(1_000).max(200_000).default(9_000).describe("Bytes the answer may have");

/** Where a list goes on. */
export const cursorArg = shortText(4_096).optional().describe("next_cursor of the page before, filters unchanged");
