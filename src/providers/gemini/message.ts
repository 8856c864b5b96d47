import { boundedData, type DataBounds, statusBounds } from "../bounded-data.js";
import { boundedText } from "../bounded-text.js";
import { type JsonObject, stringAt } from "../json.js";
import { readAssistant } from "./assistant.js";
import { messageKey } from "./message-key.js";
import { readNotice } from "./notice.js";
import { type Output, Reading } from "./output.js";
import { readUser } from "./user.js";

const noteBounds: DataBounds = { ...statusBounds, omit: new Set(["id", "type", "timestamp"]) };

/** Reads one message of a conversation, in whichever container it stands. Facts of it that were said before are not said again. */
export function readMessage(out: Output, message: JsonObject, offsetBytes: number): void {
  const reading = new Reading(out, message, { key: messageKey(message, out.state), offsetBytes });
  const type = stringAt(message, "type") ?? "unknown";
  switch (type) {
    case "user":
      return readUser(reading, message);
    case "gemini":
      return readAssistant(reading, message);
    case "info":
    case "warning":
    case "error":
      return readNotice(reading, message, type);
    default:
      return reading.status(boundedText(type, 200), boundedData(message, noteBounds), "status");
  }
}
