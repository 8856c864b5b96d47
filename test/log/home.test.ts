import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { Home, findRoot, logsDir, projectName } from "../../src/log/home.js";
import { tempDir } from "../helpers/temp-dir.js";

describe("projectName()", () => {
  it("makes a folder name of a root", () => {
    expect(projectName("/home/u/my project")).toBe("home-u-my project");
    expect(projectName("C:\\Users\\u\\p")).toBe("C-Users-u-p");
    expect(projectName("\\\\server\\share\\p")).toBe("server-share-p");
    expect(projectName("/with\\backslash")).toBe("with\\backslash");
  });

  it("shortens long names to whole characters and a hash, so that different roots stay different", () => {
    const name = projectName(`/${"ü".repeat(101)}`);
    expect(name).toMatch(/^ü{90}-[0-9a-f]{16}$/);
    expect(projectName(`/x${"ü".repeat(101)}`)).toMatch(/^xü{89}-[0-9a-f]{16}$/);
    expect(projectName(`/${"ü".repeat(102)}`)).not.toBe(name);
    expect(projectName(`/${"x".repeat(200)}`)).toBe("x".repeat(200));
  });
});

describe("logsDir()", () => {
  it("lies below the project of a root, or directly in the home", () => {
    expect(logsDir("/a/b", { homeDir: "/h" })).toBe(resolve("/h/projects/a-b/logs"));
    expect(logsDir(null, { homeDir: "/h" })).toBe(resolve("/h/logs"));
    expect(logsDir("/", { homeDir: "/h" })).toBe(resolve("/h/logs"));
    expect(logsDir("/a", { homeDir: "/h", userLogDir: "mine" })).toBe(resolve("mine"));
    expect(logsDir("/a", { homeDir: "/h", userLogDir: "" })).toBe(resolve("/h/projects/a/logs"));
  });
});

describe("findRoot()", () => {
  it("finds the nearest folder with a .git file or folder", () => {
    const dir = tempDir();
    mkdirSync(join(dir, "outer", ".git"), { recursive: true });
    mkdirSync(join(dir, "outer", "inner", "deep"), { recursive: true });
    expect(findRoot(join(dir, "outer", "inner", "deep", "not there"))).toBe(join(dir, "outer"));
    writeFileSync(join(dir, "outer", "inner", ".git"), "gitdir: elsewhere");
    expect(findRoot(join(dir, "outer", "inner", "deep"))).toBe(join(dir, "outer", "inner"));
    expect(findRoot(join(dir, "outer"))).toBe(join(dir, "outer"));
    expect(findRoot(dir)).toBeNull();
    expect(findRoot("/")).toBeNull();
  });

  it("looks above what no folder can be called", () => {
    const dir = tempDir();
    mkdirSync(join(dir, ".git"));
    expect(findRoot(join(dir, "x".repeat(300)))).toBe(dir);
    expect(findRoot(`${dir}/a\0b/c`)).toBe(dir);
  });
});

describe("Home", () => {
  it("knows the logs folders that exist", () => {
    const dir = tempDir();
    const home = new Home({ dir });
    expect(home.allLogsDirs()).toEqual([]);
    for (const made of ["logs", "projects/a/logs", "projects/b"]) mkdirSync(join(dir, made), { recursive: true });
    writeFileSync(join(dir, "projects", "file"), "");
    expect(home.allLogsDirs()).toEqual([join(dir, "logs"), join(dir, "projects", "a", "logs")]);
    expect(Home.logPath(join(dir, "logs"), "s1")).toBe(join(dir, "logs", "sessions", "s1.jsonl"));
  });

  it("chooses the logs folder of a workspace by its root", () => {
    const dir = tempDir();
    mkdirSync(join(dir, "repo", ".git"), { recursive: true });
    const home = new Home({ dir: join(dir, "home") });
    expect(home.logsDirFor(join(dir, "repo", "src"))).toBe(join(dir, "home", "projects", projectName(join(dir, "repo")), "logs"));
    expect(home.logsDirFor(dir)).toBe(join(dir, "home", "logs"));
    expect(home.logsDirFor(null)).toBe(join(dir, "home", "logs"));
  });

  it("keeps to the user's own logs folder where there is one", () => {
    const dir = tempDir();
    const home = new Home({ dir, userLogDir: join(dir, "mine") });
    expect(home.logsDirFor("/anywhere")).toBe(join(dir, "mine"));
    expect(home.allLogsDirs()).toEqual([]);
    mkdirSync(join(dir, "mine"));
    expect(home.allLogsDirs()).toEqual([join(dir, "mine")]);
  });
});
