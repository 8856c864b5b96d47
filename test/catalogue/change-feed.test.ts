import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { EventDraft } from "../../src/schema/event.js";
import { waitFor } from "../helpers/wait-for.js";
import { beat, growLog, said, started, writeLog } from "./log-lines.js";
import { openCatalogue, query, type Opened } from "./open-catalogue.js";

interface Told {
  added: boolean;
  sessionIds: readonly string[];
  atMs: number;
}

function listenTo({ catalogue }: Opened): { told: Told[]; stop: () => void } {
  const told: Told[] = [];
  const stop = catalogue.onChange((change) => told.push({ ...change, atMs: performance.now() }));
  return { told, stop };
}

const draft = (kind: unknown): EventDraft => ({ sourceKind: "wrapper", kind: kind as EventDraft["kind"] });
const names = (told: readonly Told[], id: string): boolean => told.some((change) => change.sessionIds.includes(id));

describe("Catalogue.onChange()", () => {
  it("tells of sessions that this process writes, and whether they are new", async () => {
    const opened = openCatalogue();
    opened.catalogue.list(query());
    const { told } = listenTo(opened);
    opened.logs.create("mine", { provider: "acme", providerSessionId: null }, opened.logsDir);
    opened.logs.append("mine", [draft(started())]);
    await waitFor("the new session", () => names(told, "mine"));
    expect(told.at(-1)?.added).toBe(true);
    const before = told.length;
    opened.logs.append("mine", [draft(said("x"))]);
    await waitFor("the change", () => told.length > before);
    expect(told.at(-1)).toMatchObject({ added: false, sessionIds: ["mine"] });
  });

  it("tells of what another process and another program write", async () => {
    const opened = openCatalogue();
    const path = writeLog(opened.logsDir, "old", [started()]);
    opened.catalogue.list(query());
    const { told } = listenTo(opened);
    const other = openCatalogue({ homeDir: opened.home.dir });
    other.logs.create("theirs", { provider: "acme", providerSessionId: null }, other.logsDir);
    other.logs.append("theirs", [draft(started())]);
    await waitFor("the session of another process", () => names(told, "theirs"));
    writeLog(opened.logsDir, "foreign", [started()]);
    await waitFor("the log of another program", () => names(told, "foreign"));
    growLog(path, "old", [said("x")], { firstSeq: 2 });
    await waitFor("the log that grew", () => names(told, "old"));
    expect(told.filter(({ added }) => added).length).toBeGreaterThan(0);
  });

  it("tells of what is written while this process appends without a pause, by it and by others", () => {
    const opened = openCatalogue();
    opened.logs.create("mine", { provider: "acme", providerSessionId: null }, opened.logsDir);
    opened.logs.append("mine", [draft(started())]);
    opened.catalogue.list(query());
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const { told, stop } = listenTo(opened);
    writeLog(opened.logsDir, "foreign", [started()]);
    for (let ms = 0; ms < 2500; ms += 5) {
      opened.logs.append("mine", [draft(said("on"))]);
      vi.advanceTimersByTime(5);
    }
    expect(names(told, "foreign")).toBe(true);
    expect(names(told, "mine")).toBe(true);
    stop();
  });

  it("does not call what was there before new, when it is asked while the catalogue is made", async () => {
    const opened = openCatalogue();
    for (let nth = 0; nth < 50; nth++) writeLog(opened.logsDir, `old-${nth}`, [started()]);
    const { told } = listenTo(opened);
    await waitFor("the catalogue to be complete", () => names(told, "old-49"));
    expect(told).toMatchObject([{ added: false }]);
  });

  it("does not tell of heartbeats", async () => {
    const opened = openCatalogue();
    for (const id of ["a", "b"]) writeLog(opened.logsDir, id, [started()]);
    opened.catalogue.list(query());
    const { told } = listenTo(opened);
    opened.logs.append("a", [draft(beat())]);
    opened.logs.append("b", [draft(said("x"))]);
    await waitFor("the change", () => names(told, "b"));
    expect(told).toMatchObject([{ added: false, sessionIds: ["b"] }]);
  });

  it("tells at most every 250 ms, and the last change always", async () => {
    const opened = openCatalogue();
    opened.catalogue.list(query());
    const { told } = listenTo(opened);
    opened.logs.create("mine", { provider: "acme", providerSessionId: null }, opened.logsDir);
    const began = performance.now();
    let written = 0;
    await waitFor("a second of writing", () => {
      opened.logs.append("mine", [draft(said(`${written++}`))]);
      return performance.now() - began > 1000;
    });
    opened.logs.create("last", { provider: "acme", providerSessionId: null }, opened.logsDir);
    opened.logs.append("last", [draft(started())]);
    await waitFor("the last change", () => names(told, "last"));
    const gaps = told.slice(1).map((change, nth) => change.atMs - (told[nth]?.atMs ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(240);
  });

  it("tells nobody who has stopped to listen, and all who have not", async () => {
    const opened = openCatalogue();
    opened.catalogue.list(query());
    const first = listenTo(opened);
    const second = listenTo(opened);
    first.stop();
    first.stop();
    writeLog(opened.logsDir, "new", [started()]);
    await waitFor("the new session", () => names(second.told, "new"));
    expect(first.told).toEqual([]);
  });
});
