import { describe, expect, it } from "vitest";
import { touchedFiles } from "../../src/log/touched-files.js";
import { called } from "../catalogue/log-lines.js";

const files = (name: string, input: unknown, fields: Record<string, unknown> = {}): string[] => touchedFiles(called(name, input, fields), "/repo");

describe("touchedFiles()", () => {
  it("names the file of tools that read, write or edit one", () => {
    expect(files("Read", { file_path: "/repo/a.ts" })).toEqual(["/repo/a.ts"]);
    expect(files("Write", { file_path: "src/./b.ts" })).toEqual(["/repo/src/b.ts"]);
    expect(files("view", { path: "../c.ts" })).toEqual(["/c.ts"]);
    expect(files("NotebookEdit", { notebook_path: "n.ipynb" })).toEqual(["/repo/n.ipynb"]);
    expect(files("read_many_files", { paths: ["a", "b", "src/*.ts"] })).toEqual(["/repo/a", "/repo/b"]);
    expect(files("Read", { file_path: "C:\\x\\y.ts" })).toEqual(["C:/x/y.ts"]);
    expect(files("Read", { file_path: "~/notes.md" })).toEqual(["~/notes.md"]);
  });

  it("goes by the kind on the line before it guesses from the name", () => {
    expect(files("open", { path: "a" }, { tool_kind: "file_read" })).toEqual(["/repo/a"]);
    expect(files("Read", { path: "a" }, { tool_kind: "search" })).toEqual([]);
    expect(files("Grep", { path: "src" })).toEqual([]);
  });

  it("names the files of a patch, also where a shell carries it", () => {
    const patch = "*** Begin Patch\n*** Add File: new.ts\n+x\n*** Update File: old.ts\n*** Move to: moved.ts\n*** Delete File: gone.ts\r\n*** End Patch";
    const all = ["/repo/new.ts", "/repo/old.ts", "/repo/moved.ts", "/repo/gone.ts"];
    expect(files("apply_patch", patch)).toEqual(all);
    expect(files("apply_patch", { input: patch })).toEqual(all);
    expect(files("shell", { command: ["apply_patch", patch], workdir: "/other" })).toEqual(all.map((path) => path.replace("/repo", "/other")));
    expect(files("apply_patch", { changes: { "/repo/a.ts": { type: "update" } } })).toEqual(["/repo/a.ts"]);
  });

  it("names nothing where there is no path", () => {
    expect(files("Bash", { command: "cat /etc/hosts" })).toEqual([]);
    expect(files("Read", null)).toEqual([]);
    expect(files("Read", { file_path: 7 })).toEqual([]);
    expect(files("Read", { file_path: "x".repeat(5000) })).toEqual([]);
    expect(touchedFiles({ type: "tool_result", tool_kind: "file_read", input: { path: "a" } }, null)).toEqual([]);
  });
});
