import type { SentSessions } from "../../ingest/sent-sessions.js";
import type { FromHelper, OpenHelper, ToHelper } from "./helper-messages.js";

/** The way to the process that is helped. */
export interface HelpChannel {
  send(message: FromHelper): void;
  onMessage(listener: (message: ToHelper) => void): void;
  /** That process is gone. */
  onDisconnect(listener: () => void): void;
}

/** What a helper opens of the home. */
export interface HelpParts {
  sessions: SentSessions;
  close(): Promise<void>;
}

/** @param asked.signal Ends what is under way. */
export type OpenHelpParts = (asked: Omit<OpenHelper, "type"> & { signal: AbortSignal; warn: (message: string) => void }) => HelpParts;

/**
 * Reads the sessions that come through the channel, one after the other.
 * @returns Resolves when it is told to end, and has closed what it opened.
 * @throws Whatever keeps it from a session, but for what one file does to its reader: who is helped sees it end, and does it.
 */
export async function helpImport(channel: HelpChannel, open: OpenHelpParts): Promise<void> {
  const stop = new AbortController();
  let parts: HelpParts | undefined;
  let work = Promise.resolve();
  const read = async ({ nth, session }: Extract<ToHelper, { type: "session" }>): Promise<void> => {
    const outcome = await parts?.sessions.run(session);
    if (outcome) channel.send({ type: "outcome", nth, outcome });
  };
  try {
    await new Promise<void>((resolve, reject) => {
      channel.onDisconnect(resolve);
      channel.onMessage((message) => {
        if (message.type === "close") resolve();
        else if (message.type === "session") (work = work.then(() => read(message))).catch(reject);
        else parts = open({ ...message, signal: stop.signal, warn: (text) => channel.send({ type: "warning", message: text }) });
      });
    });
    stop.abort();
    await work.catch((error: unknown) => {
      if (error !== stop.signal.reason) throw error;
    });
  } finally {
    await parts?.close();
  }
}
