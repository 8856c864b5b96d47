import { chmodSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CoreError } from "../../src/errors.js";
import { closeWritten, hasSqliteCode, isBusy, isCorrupt, openDatabase, sqliteEngine, transaction, withRetry } from "../../src/io/sqlite.js";
import { tempDir } from "../helpers/temp-dir.js";

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("openDatabase()", () => {
  it("uses an SQLite without the WAL fault", () => {
    const { name, version } = sqliteEngine();
    expect(["node:sqlite", "@photostructure/sqlite"]).toContain(name);
    const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
    expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(3_051_003);
  });

  it.skipIf(process.platform === "win32")("makes the file and what lies beside it for its owner alone", () => {
    const path = join(tempDir(), "a.sqlite");
    const db = openDatabase(path);
    db.exec("PRAGMA journal_mode=WAL; CREATE TABLE t (a)");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
    db.close();
  });

  it("opens for reading only", () => {
    const path = join(tempDir(), "a.sqlite");
    const writer = openDatabase(path);
    writer.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    const reader = openDatabase(path, { readOnly: true });
    expect(reader.prepare("SELECT a FROM t").all()).toEqual([{ a: 1 }]);
    expect(hasSqliteCode(thrownBy(() => reader.exec("INSERT INTO t VALUES (2)")), "READONLY")).toBe(true);
    reader.close();
    writer.close();
  });

  it("tells errors apart by their code", () => {
    const dir = tempDir();
    const path = join(dir, "none.sqlite");
    writeFileSync(path, "this is no database".repeat(100));
    const db = openDatabase(path);
    expect(isCorrupt(thrownBy(() => db.exec("SELECT * FROM sqlite_schema")))).toBe(true);
    db.close();
    expect(hasSqliteCode(thrownBy(() => openDatabase(join(dir, "missing", "a.sqlite"), { readOnly: true })), "CANTOPEN")).toBe(true);
    expect(isBusy(new Error("database is locked"))).toBe(false);
    chmodSync(path, 0o600);
  });
});

describe("closeWritten()", () => {
  it("leaves no journal to the next process, also with statements kept ready", () => {
    const path = join(tempDir(), "a.sqlite");
    const db = openDatabase(path);
    db.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    const kept = db.prepare("SELECT a FROM t");
    expect(kept.all()).toEqual([{ a: 1 }]);
    closeWritten(db);
    expect(statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
    const next = openDatabase(path);
    expect(next.prepare("SELECT a FROM t").all()).toEqual([{ a: 1 }]);
    next.close();
  });

  it("leaves it to those who still read, and what was written stays", () => {
    const path = join(tempDir(), "a.sqlite");
    const db = openDatabase(path);
    db.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    const reader = openDatabase(path);
    reader.exec("BEGIN");
    expect(reader.prepare("SELECT count(*) AS n FROM t").all()).toEqual([{ n: 1 }]);
    db.exec("INSERT INTO t VALUES (2)");
    closeWritten(db);
    expect(reader.prepare("SELECT count(*) AS n FROM t").all()).toEqual([{ n: 1 }]);
    reader.exec("COMMIT");
    expect(reader.prepare("SELECT count(*) AS n FROM t").all()).toEqual([{ n: 2 }]);
    reader.close();
  });
});

describe("transaction()", () => {
  it("keeps what it did, or nothing where it throws", () => {
    const db = openDatabase(":memory:");
    db.exec("CREATE TABLE t (a)");
    const count = () => db.prepare("SELECT count(*) AS n FROM t").get()?.["n"];
    expect(transaction(db, () => db.prepare("INSERT INTO t VALUES (?)").run(1).changes)).toBe(1);
    expect(() =>
      transaction(db, () => {
        db.exec("INSERT INTO t VALUES (2)");
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(count()).toBe(1);
    transaction(db, () => transaction(db, () => db.exec("INSERT INTO t VALUES (3)")));
    expect(count()).toBe(2);
    expect(db.isTransaction).toBe(false);
    db.close();
  });

  it("gives up with LOCK_TIMEOUT where another connection keeps the database", () => {
    const path = join(tempDir(), "a.sqlite");
    const [one, two] = [openDatabase(path), openDatabase(path)];
    one.exec("BEGIN IMMEDIATE");
    const error = thrownBy(() => withRetry(() => two.exec("BEGIN IMMEDIATE"), { timeoutMs: 30 }));
    expect(error).toBeInstanceOf(CoreError);
    expect(error).toMatchObject({ code: "LOCK_TIMEOUT" });
    expect(isBusy((error as Error).cause)).toBe(true);
    one.exec("ROLLBACK");
    expect(transaction(two, () => 7)).toBe(7);
    one.close();
    two.close();
  });

  it("lets errors other than a lock pass at once", () => {
    let calls = 0;
    const fail = () => {
      calls += 1;
      throw new Error("no lock");
    };
    expect(() => withRetry(fail)).toThrow("no lock");
    expect(calls).toBe(1);
  });
});
