import { describe, expect, it } from "vitest";
import { surveyText } from "../../src/cli/doctor-text.js";
import type { HomeSurvey } from "../../src/schema/health.js";

const survey: HomeSurvey = {
  home: "/h",
  isThere: true,
  logsFolders: 1,
  logs: 1,
  bytes: 10,
  sessionsByProvider: [],
  providers: [
    { name: "claude", enabled: true, roots: [{ path: "/c", isThere: true, files: 1, bytes: 1, watchedFolders: 60 }] },
    { name: "codex", enabled: false, roots: [{ path: "/x", isThere: true, files: 1, bytes: 1, watchedFolders: 7000 }] },
  ],
  databases: [],
  lease: { path: "/h/ingest.lease", isHeld: false, pids: [] },
  watches: {},
  openToOthers: [],
  sqlite: { name: "any", version: "3" },
};

function told(change: Partial<HomeSurvey>): { watches: string | undefined; isAdvised: boolean } {
  const text = surveyText({ ...survey, ...change }, { node: "20", variables: {} }, { show: (shown) => shown, isChecked: true, columns: Infinity });
  return { watches: /^watches +(.*)$/m.exec(text)?.[1], isAdvised: text.includes("fs.inotify.max_user_watches=") };
}

describe("surveyText()", () => {
  it("says whether the watches that the system grants are enough for what is followed", () => {
    expect(told({})).toEqual({ watches: "none now; a server watches about 60 folders of native logs", isAdvised: false });
    expect(told({ watches: { limit: 8192, inUse: 8000 } })).toEqual({ watches: "none now; a server watches about 60 folders of native logs; of the 8,192 that you may have, 8,000 are in use: enough", isAdvised: false });
    expect(told({ watches: { limit: 8192, inUse: 8050 } })).toMatchObject({ watches: expect.stringMatching(/8,050 are in use: too few$/), isAdvised: true });
    const lease = { ...survey.lease, isHeld: true, pids: [7] };
    expect(told({ lease, watches: { limit: 8192, inUse: 8050, ofHolder: 1234 } })).toEqual({ watches: "1,234 of files and folders; of the 8,192 that you may have, 8,050 are in use: enough", isAdvised: false });
    expect(told({ lease: { ...lease, pids: [] } })).toEqual({ watches: "the system does not tell how many", isAdvised: false });
  });
});
