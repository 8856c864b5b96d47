import { describe, expect, it } from "vitest";
import type { CoreError } from "../../src/errors.js";
import type { Catalogue } from "../../src/catalogue/catalogue.js";
import { beat, said, started, writeLog } from "./log-lines.js";
import { openCatalogue } from "./open-catalogue.js";

const one = "0a1b2c3d-1111-4111-8111-000000000001";
const two = "0a1b2c3d-2222-4222-8222-000000000002";
const asker = (ids: string[] = [], workspace = "/nowhere"): { providerSessionIds: string[]; workspace: string } => ({ providerSessionIds: ids, workspace });

function read(catalogue: Catalogue, ref: string, who = asker()): string {
  return catalogue.resolve(ref, who, { forWriting: false });
}

function errorOf(step: () => unknown): CoreError {
  try {
    step();
  } catch (error) {
    return error as CoreError;
  }
  throw new Error("nothing was thrown");
}

function home(): Catalogue {
  const { catalogue, logsDir } = openCatalogue();
  writeLog(logsDir, one, [started({ cwd: "/repo" }), said("secret words", { provider_session_id: "native-abc" })]);
  writeLog(logsDir, two, [started({ cwd: "/repo/deep" }), said("x"), said("y")], { provider: "codex" });
  writeLog(logsDir, "Other-Case", [started({ cwd: "/else" }), beat({ ts: "2030-01-01T00:00:00Z" })]);
  return catalogue;
}

describe("Catalogue.idsBeginning()", () => {
  it("gives ids of ours that begin so, however many titles hold the same", () => {
    const { catalogue, logsDir } = openCatalogue();
    for (let number = 0; number < 600; number++) writeLog(logsDir, `b-${number}`, [started({ title: "a title" })]);
    writeLog(logsDir, "A-first", [started({ ts: "2020-01-01T00:00:00Z" })]);
    writeLog(logsDir, "a-second", [started({ ts: "2020-01-02T00:00:00Z" }), said("x", { ts: "2020-01-02T00:00:00Z", provider_session_id: "a-native" })]);
    expect(catalogue.idsBeginning("a", 10)).toEqual(["a-second", "A-first"]);
    expect(catalogue.idsBeginning("", 3)).toHaveLength(3);
    expect(catalogue.idsBeginning("A-s", 3)).toEqual(["a-second"]);
    expect(catalogue.idsBeginning("%", 3)).toEqual([]);
  });
});

describe("Catalogue.resolve()", () => {
  it("knows whole ids without case, provider ids and prefixes that fit one session", () => {
    const catalogue = home();
    expect(read(catalogue, one)).toBe(one);
    expect(read(catalogue, one.toUpperCase())).toBe(one);
    expect(read(catalogue, "other-case")).toBe("Other-Case");
    expect(read(catalogue, "native-abc")).toBe(one);
    expect(read(catalogue, "nati")).toBe(one);
    expect(read(catalogue, "0a1b2c3d-2")).toBe(two);
    expect(read(catalogue, "OTHE")).toBe("Other-Case");
  });

  it("knows every provider id that a session ever had", () => {
    const { catalogue, logsDir } = openCatalogue();
    writeLog(logsDir, "wrapper", [
      started({ provider_session_id: "first-id" }),
      said("x", { provider_session_id: "second-id" }),
      { type: "provider_status", message: "provider_session_id", data: "third-id" },
    ]);
    for (const ref of ["first-id", "second-id", "third-id"]) expect(read(catalogue, ref)).toBe("wrapper");
    expect(catalogue.get("wrapper")?.provider_session_id).toBe("third-id");
    expect(catalogue.findByNative("claude", "first-id")).toBe("wrapper");
    expect(catalogue.findByNative("codex", "first-id")).toBeUndefined();
  });

  it("names the candidates of a prefix that fits several", () => {
    const error = errorOf(() => read(home(), "0a1b"));
    expect(error.code).toBe("AMBIGUOUS_SESSION");
    expect(error.message).toContain(`${one} (claude, last 2026-01-01T00:02:00.000Z)`);
    expect(error.message).toContain(two);
    expect(error.message).not.toContain("secret");
  });

  it("names at most five candidates", () => {
    const { catalogue, logsDir } = openCatalogue();
    for (let nth = 0; nth < 8; nth++) writeLog(logsDir, `same-${nth}`, [started()]);
    const error = errorOf(() => read(catalogue, "same"));
    expect(error.message.match(/same-\d/g)?.length).toBe(5);
    expect(error.message).toContain("and more");
  });

  it("names the nearest ids of one that nobody has", () => {
    const error = errorOf(() => read(home(), one.replace("0001", "0009")));
    expect(error.code).toBe("SESSION_NOT_FOUND");
    expect(error.message.indexOf(one)).toBeGreaterThan(0);
    expect(error.message.indexOf(one)).toBeLessThan(error.message.indexOf(two));
    expect(errorOf(() => read(home(), "x".repeat(10_000))).message.length).toBeLessThan(700);
  });

  it("refuses a prefix that is too short", () => {
    expect(errorOf(() => read(home(), "0a1")).code).toBe("INVALID_ARGUMENT");
    expect(errorOf(() => read(home(), "")).code).toBe("INVALID_ARGUMENT");
  });

  it("takes as latest the greatest time of an event, heartbeats not counted", () => {
    expect(read(home(), "latest")).toBe(two);
  });

  it("finds nothing in an empty home", () => {
    const { catalogue } = openCatalogue();
    for (const ref of ["latest", "current", "previous", "abcd"]) {
      expect(errorOf(() => read(catalogue, ref)).code).toBe("SESSION_NOT_FOUND");
    }
  });

  it("knows the words without case, as ids are compared", () => {
    const catalogue = home();
    expect(read(catalogue, "LATEST")).toBe(two);
    expect(read(catalogue, "Current", asker(["native-abc"]))).toBe(one);
  });

  it("takes as current the asker's session, the most certain of its ids first", () => {
    const catalogue = home();
    expect(read(catalogue, "current", asker(["native-abc"]))).toBe(one);
    expect(read(catalogue, "current", asker(["unknown", two, "native-abc"]))).toBe(two);
    expect(catalogue.resolve("current", asker(["native-abc"]), { forWriting: true })).toBe(one);
  });

  it("takes as current, for reads only, the session written last in the workspace", () => {
    const catalogue = home();
    expect(read(catalogue, "current", asker([], "/repo"))).toBe(two);
    expect(read(catalogue, "current", asker(["unknown"], "/else"))).toBe("Other-Case");
    expect(errorOf(() => catalogue.resolve("current", asker([], "/repo"), { forWriting: true })).code).toBe("INVALID_ARGUMENT");
    const early = errorOf(() => catalogue.resolve("current", asker(["unknown"], "/repo"), { forWriting: true }));
    expect(early).toMatchObject({ code: "SESSION_NOT_FOUND", message: expect.stringContaining('"unknown" is not logged yet') as string });
  });

  it("follows an asker over its clears, as far as logs are known", () => {
    const { catalogue, logsDir } = openCatalogue();
    const cleared = (from: string, to: string) => ({ type: "session_cleared", old_session_id: from, new_session_id: to });
    writeLog(logsDir, "id-a", [started({ provider_session_id: "id-a" })]);
    writeLog(logsDir, "id-b", [cleared("id-a", "id-b"), started({ provider_session_id: "id-b" })]);
    writeLog(logsDir, "id-c", [started({ provider_session_id: "id-c" }), cleared("id-b", "id-c"), cleared("id-c", "unseen")]);
    expect(read(catalogue, "current", asker(["id-a"]))).toBe("id-c");
    expect(catalogue.resolve("current", asker(["id-b"]), { forWriting: true })).toBe("id-c");
    expect(read(catalogue, "id-a")).toBe("id-a");
  });

  it("ends where clears go round in a circle", () => {
    const { catalogue, logsDir } = openCatalogue();
    const cleared = (from: string, to: string) => ({ type: "session_cleared", old_session_id: from, new_session_id: to });
    writeLog(logsDir, "id-a", [started({ provider_session_id: "id-a" }), cleared("id-b", "id-a")]);
    writeLog(logsDir, "id-b", [started({ provider_session_id: "id-b" }), cleared("id-a", "id-b")]);
    expect(read(catalogue, "current", asker(["id-a"]))).toBe("id-b");
  });

  it("takes as previous the session before the current one in its workspace", () => {
    const { catalogue, logsDir } = openCatalogue();
    writeLog(logsDir, "older", [started({ cwd: "/repo" })]);
    writeLog(logsDir, "elsewhere", [started({ cwd: "/x" }), said("x")]);
    writeLog(logsDir, "child", [started({ cwd: "/repo", parent_session_id: "mine" }), said("x"), said("x")]);
    writeLog(logsDir, "mine", [started({ cwd: "/repo", provider_session_id: "me" }), said("x"), said("x"), said("x")]);
    writeLog(logsDir, "beside", [started({ cwd: "/repo" }), said("x"), said("x"), said("x"), said("x")]);
    expect(read(catalogue, "previous", asker(["me"], "/repo"))).toBe("older");
    expect(read(catalogue, "previous", asker([], "/repo"))).toBe("mine");
    expect(errorOf(() => read(catalogue, "previous", asker([], "/x"))).code).toBe("SESSION_NOT_FOUND");
  });

  it("takes for a write only a whole id of ours or an identified current", () => {
    const catalogue = home();
    const write = (ref: string) => errorOf(() => catalogue.resolve(ref, asker([], "/repo"), { forWriting: true }));
    expect(catalogue.resolve(one.toUpperCase(), asker(), { forWriting: true })).toBe(one);
    expect(write("latest").code).toBe("INVALID_ARGUMENT");
    expect(write("latest").message).toContain("Give a whole session id, or current");
    expect(write("previous").code).toBe("INVALID_ARGUMENT");
    expect(write("0a1b2c3d-1").code).toBe("SESSION_NOT_FOUND");
    expect(write("0a1b2c3d-1").message).toContain(one);
    expect(write("native-abc").code).toBe("SESSION_NOT_FOUND");
    expect(write("native-abc").message).toContain(one);
  });

  it("says that a provider's id fits several where two logs have it", () => {
    const { catalogue, logsDir } = openCatalogue();
    writeLog(logsDir, "w1", [started({ provider_session_id: "native" })]);
    writeLog(logsDir, "w2", [started({ provider_session_id: "native" }), said("x")]);
    expect(errorOf(() => read(catalogue, "native")).code).toBe("AMBIGUOUS_SESSION");
    expect(read(catalogue, "current", asker(["native"]))).toBe("w2");
    expect(catalogue.findByNative("claude", "native")).toBe("w2");
  });
});

describe("Catalogue.shortId()", () => {
  it("is the shortest prefix of at least 8 characters that resolves to the session", () => {
    const { catalogue, logsDir } = openCatalogue();
    const ids = [one, two, "abcdefgh", "abcdefgh-1", "short", "Previous-Run-1", "0a1b2c3e-9999"];
    for (const id of ids) writeLog(logsDir, id, [started({ provider_session_id: id === "short" ? "0A1B2C3D-1111-4111-9" : null })]);
    expect(ids.map((id) => catalogue.shortId(id))).toEqual([
      "0a1b2c3d-1111-4111-8",
      "0a1b2c3d-2",
      "abcdefgh",
      "abcdefgh-",
      "short",
      "Previous-",
      "0a1b2c3e",
    ]);
    for (const id of ids) expect(read(catalogue, catalogue.shortId(id))).toBe(id);
  });
});
