import { maskStrings } from "../views/mask-strings.js";
import { defineResource, type ResourceContext } from "./resource.js";
import { resourceUris } from "./uri.js";

function live({ ingest }: ResourceContext): { live: Record<string, string>[] } {
  return {
    live: ingest.live().map(({ sessionId, provider, sourcePath, lastEventAt }) => ({
      session_id: sessionId,
      provider,
      source_path: sourcePath,
      ...(lastEventAt !== undefined && { last_event_at: lastEventAt }),
    })),
  };
}

export const liveResource = defineResource({
  kind: "live",
  mimeType: "application/json",
  entry: {
    uri: resourceUris.live,
    name: "live",
    title: "Sessions being written now",
    description: "What coding agents on this machine are writing now: session, provider, source file, time of the last event.",
    mimeType: "application/json",
    audience: ["user", "assistant"],
    priority: 0.4,
  },
  read: (_ref, context) => JSON.stringify(maskStrings(live(context), context.mask)),
  watch: (_ref, context) => ({
    start(listener) {
      const ends = [
        context.catalogue.onChange(listener),
        ...context.ingest.providers.map((provider) => context.ingest.watchLive(provider, listener)),
      ];
      return () => ends.forEach((end) => end());
    },
    state: () => JSON.stringify(live(context)),
  }),
});
