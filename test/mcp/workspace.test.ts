import { expect, test } from "vitest";
import { workspacePath } from "../../src/mcp/workspace.js";

const base = { homeDir: "/home/kim", workspace: "/work/app" };

test.each([
  [undefined, "/work/app"],
  ["", "/work/app"],
  [".", "/work/app"],
  ["..", "/work"],
  ["lib/", "/work/app/lib"],
  ["~", "/home/kim"],
  ["~/x", "/home/kim/x"],
  ["~kim", "/work/app/~kim"],
  ["/a/b/../c/", "/a/c"],
])("%s becomes %s", (path, expected) => {
  expect(workspacePath(path, base)).toBe(expected);
});
