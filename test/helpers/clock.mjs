// Loaded into a process before its own code: its clock is as many milliseconds ahead as the file says that CLOCK_FILE names, at any moment.
import { readFileSync } from "node:fs";

const TrueDate = Date;
const file = process.env.CLOCK_FILE;
const now = () => TrueDate.now() + Number(readFileSync(file, "utf8"));

globalThis.Date = class extends TrueDate {
  constructor(...args) {
    super(...(args.length === 0 ? [now()] : args));
  }

  static now() {
    return now();
  }
};
