import { describe, expect, it } from "vitest";
import { logLines } from "../helpers/log-lines.js";
import { ended, message, started, status } from "./drafts.js";
import { newLogPath, openLog } from "./open-log.js";

describe("LogFile.summary()", () => {
  it("says what the log says where the caller gives nothing, and completeness only falls", () => {
    const path = newLogPath();
    openLog(path, { providerSessionId: "p1", completeness: "partial" }).append([started()]);
    const log = openLog(path, { provider: null });
    expect(log.summary()).toMatchObject({ provider: "acme", providerSessionId: "p1", completeness: "partial" });
    log.lowerCompleteness("full");
    log.append([message("a")]);
    log.lowerCompleteness("metadata_only");
    log.setProviderSessionId("p2");
    log.append([message("b")]);
    expect(logLines(path).map((line) => [line["provider_session_id"], line["completeness"]])).toEqual([
      ["p1", "partial"],
      ["p1", "partial"],
      ["p2", "metadata_only"],
    ]);
    expect(openLog(path, { completeness: "full" }).summary().completeness).toBe("metadata_only");
  });

  it("takes over an id that another process put into the log, unless it was told its own", () => {
    const path = newLogPath();
    const [one, two] = [openLog(path), openLog(path)];
    one.append([message("a")]);
    two.setProviderSessionId("p2");
    two.append([message("b")]);
    expect(one.append([message("c")]).events[0]?.provider_session_id).toBe("p2");
    one.setProviderSessionId(null);
    expect(one.append([message("d")]).events[0]?.provider_session_id).toBeNull();
  });

  it("knows whether the session has ended, from whatever follows its end", () => {
    const after = (...drafts: ReturnType<typeof message>[]) => {
      const path = newLogPath();
      const log = openLog(path);
      log.append(drafts);
      // Once as written, once as read.
      expect(openLog(path).summary()).toEqual(log.summary());
      return log.summary().ended;
    };
    const call = { sourceKind: "wrapper", kind: { type: "tool_call", tool_name: "t", tool_id: null, input: null } } as const;
    expect(after(started())).toBe("no");
    expect(after(started(), ended())).toBe("yes");
    expect(after(started(), ended(), status("note"))).toBe("yes");
    expect(after(started(), ended(true), status("note"))).toBe("synthetic");
    expect(after(started(), ended(), message("more"))).toBe("no");
    expect(after(started(), ended(), call)).toBe("no");
    expect(after(started(), ended(), started())).toBe("no");
    expect(after(started(), ended(true), message("more"), ended())).toBe("yes");
  });

  it("knows the sessions that a provider writes", () => {
    const path = newLogPath();
    openLog(path).append([started({ origin: "r/start" })]);
    expect(openLog(path).summary().startedByProvider).toBe(true);
    const own = newLogPath();
    openLog(own).append([started(), message("a", { origin: "r/text" })]);
    expect(openLog(own).summary().startedByProvider).toBe(false);
  });
});
