import { handoff } from "./handoff.js";
import { postmortem } from "./postmortem.js";
import type { Prompt } from "./prompt.js";
import { recall } from "./recall.js";
import { standup } from "./standup.js";

/** All prompts of this server. */
export const prompts: readonly Prompt[] = [recall, handoff, standup, postmortem];
