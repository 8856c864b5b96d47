import { appendFileSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { FileWatch } from "../../src/io/file-watch.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

function fileWatch(options?: { sweepMs?: number }): FileWatch {
  const watch = new FileWatch(options);
  onTestFinished(() => watch.close());
  return watch;
}

/** Counts calls, and waits for the next one after an action. */
class Calls {
  count = 0;
  readonly listener = (): void => {
    this.count += 1;
  };

  async after(what: string, act: () => void): Promise<void> {
    const before = this.count;
    act();
    await waitFor(`a call after ${what}`, () => this.count > before);
  }
}

describe("FileWatch.watch()", () => {
  it("tells of a file that appears, grows, is replaced, vanishes and comes back", async () => {
    const path = join(tempDir(), "log");
    const calls = new Calls();
    fileWatch().watch(path, calls.listener);
    await calls.after("appearing", () => writeFileSync(path, "1"));
    await calls.after("growing", () => appendFileSync(path, "2"));
    await calls.after("being replaced", () => {
      writeFileSync(`${path}.new`, "12");
      renameSync(`${path}.new`, path);
    });
    await calls.after("vanishing", () => rmSync(path));
    await calls.after("coming back", () => writeFileSync(path, "3"));
    expect(calls.count).toBeGreaterThanOrEqual(5);
  });

  it("misses nothing at the end of bursts", async () => {
    const path = join(tempDir(), "log");
    writeFileSync(path, "");
    let size = 0;
    fileWatch().watch(path, () => (size = statSync(path).size));
    for (let burst = 1; burst <= 5; burst += 1) {
      for (let n = 0; n < 200; n += 1) appendFileSync(path, "x");
      await waitFor("the whole burst", () => size === burst * 200);
      expect(size).toBe(statSync(path).size);
    }
  });

  it("serves several listeners of one file, and each until it ends", async () => {
    const dir = tempDir();
    const path = join(dir, "log");
    writeFileSync(path, "");
    const watch = fileWatch();
    const [one, two, other] = [new Calls(), new Calls(), new Calls()];
    const end = watch.watch(path, one.listener);
    watch.watch(path, two.listener);
    watch.watch(join(dir, "other"), other.listener);
    await Promise.all([one.after("growing", () => appendFileSync(path, "1")), waitFor("both", () => two.count > 0)]);
    end();
    const ended = one.count;
    await two.after("growing again", () => appendFileSync(path, "2"));
    expect(one.count).toBe(ended);
    expect(other.count).toBe(0);
  });

  it("sees a file in a folder that comes later, and in one that is made anew", async () => {
    const dir = join(tempDir(), "sessions");
    const path = join(dir, "log");
    const calls = new Calls();
    fileWatch().watch(path, calls.listener);
    await calls.after("its folder came", () => {
      mkdirSync(dir);
      writeFileSync(path, "1");
    });
    await calls.after("its folder went", () => rmSync(dir, { recursive: true }));
    await calls.after("its folder came again", () => {
      mkdirSync(dir);
      writeFileSync(path, "2");
    });
    await calls.after("growing there", () => appendFileSync(path, "3"));
    expect(calls.count).toBeGreaterThanOrEqual(4);
  });

  it("calls nobody after close", async () => {
    const path = join(tempDir(), "log");
    const watch = new FileWatch({ sweepMs: 5 });
    const calls = new Calls();
    watch.watch(path, calls.listener);
    await calls.after("appearing", () => writeFileSync(path, "1"));
    await watch.close();
    const before = calls.count;
    watch.watch(path, calls.listener)();
    watch.watchDir(join(path, ".."), calls.listener)();
    const second = fileWatch();
    const witness = new Calls();
    second.watch(path, witness.listener);
    await witness.after("growing", () => appendFileSync(path, "2"));
    expect(calls.count).toBe(before);
  });
});

describe("FileWatch.watchDir()", () => {
  it("names what appears, is written to and vanishes directly in the folder", async () => {
    const dir = tempDir();
    mkdirSync(join(dir, "below"));
    const names: (string | undefined)[] = [];
    fileWatch().watchDir(dir, (name) => names.push(name));
    await waitFor("the watch to stand", () => {
      appendFileSync(join(dir, "first"), "1");
      return names.includes("first");
    });
    for (const [what, act] of Object.entries({
      appearing: () => writeFileSync(join(dir, "new"), ""),
      growing: () => appendFileSync(join(dir, "new"), "2"),
      vanishing: () => rmSync(join(dir, "new")),
    })) {
      names.length = 0;
      act();
      await waitFor(`a call after ${what}`, () => names.includes("new"));
    }
    names.length = 0;
    writeFileSync(join(dir, "below", "deep"), "");
    writeFileSync(join(dir, "last"), "");
    await waitFor("the last name", () => names.includes("last"));
    expect(names).not.toContain("deep");
  });

  it("waits for a folder that does not exist yet", async () => {
    const dir = join(tempDir(), "later");
    const calls = new Calls();
    fileWatch().watchDir(dir, calls.listener);
    await calls.after("its coming", () => mkdirSync(dir));
    await calls.after("a file in it", () => writeFileSync(join(dir, "file"), ""));
    expect(calls.count).toBeGreaterThanOrEqual(2);
  });
});
