import { delimiter } from "node:path";
import { describe, expect, test } from "vitest";
import { parseCommandLine } from "../../src/cli/command-line.js";
import { commandNamed } from "../../src/cli/commands.js";
import { requireProviders } from "../../src/cli/require-providers.js";
import { parseServeLine } from "../../src/cli/serve-line.js";
import { UsageError } from "../../src/cli/usage-error.js";

const nowMs = Date.parse("2026-11-22T12:00:00Z");

function parsed(args: string[], variables: Record<string, string> = {}) {
  return parseCommandLine(args, { variables, homeDir: "/home/kim", workingDir: "/work", nowMs });
}

const defaults = { home: "/home/kim/.session-log", exclude: [], readOnly: false, durable: false, showSecrets: false };

describe("parseCommandLine()", () => {
  test("serves by default", () => {
    expect(parsed([])).toEqual({ command: "serve", common: defaults, options: { imports: true } });
    expect(parsed(["serve", "--no-import"])).toEqual({ command: "serve", common: defaults, options: { imports: false } });
  });

  test("takes the home from the flag, else the variable; ~ is the user's home, what is relative starts in the working folder", () => {
    const variables = { SESSION_LOG_HOME: "~/.zag" };
    expect(parsed([], variables)).toMatchObject({ common: { home: "/home/kim/.zag" } });
    expect(parsed(["--home", "h"], variables)).toMatchObject({ common: { home: "/work/h" } });
    expect(parsed(["--home=~"], variables)).toMatchObject({ common: { home: "/home/kim" } });
    expect(parsed([], { SESSION_LOG_HOME: "" })).toMatchObject({ common: { home: "/home/kim/.session-log" } });
  });

  test("makes the user's logs folder absolute, and takes an empty one as unset", () => {
    expect(parsed([], { ZAG_USER_LOG_DIR: "logs" })).toMatchObject({ common: { userLogDir: "/work/logs" } });
    expect(parsed([], { ZAG_USER_LOG_DIR: "" })).toEqual({ command: "serve", common: defaults, options: { imports: true } });
  });

  test("reads every flag", () => {
    const args = ["--providers", "claude, codex", "--exclude", "a", "--exclude=~/b", "--read-only", "--durable", "--show-secrets"];
    const variables = { SESSION_LOG_EXCLUDE: ["/x", "~/y"].join(delimiter) };
    expect(parsed(args, variables)).toMatchObject({
      common: {
        providers: ["claude", "codex"],
        exclude: ["/x", "/home/kim/y", "/work/a", "/home/kim/b"],
        readOnly: true,
        durable: true,
        showSecrets: true,
      },
    });
  });

  test("reads the flags of import", () => {
    expect(parsed(["import"])).toEqual({ command: "import", common: defaults, options: { dryRun: false, force: false, json: false } });
    const args = ["import", "--provider", "claude", "--since", "2h", "--dry-run", "--force", "--json"];
    expect(parsed(args)).toMatchObject({
      options: { providers: ["claude"], sinceMs: nowMs - 2 * 3600_000, dryRun: true, force: true, json: true },
    });
  });

  test("reads the client of config, and its flags", () => {
    expect(parsed(["config", "codex"])).toEqual({ command: "config", common: defaults, options: { client: "codex", write: false, project: false, json: false } });
    expect(parsed(["config", "vscode", "--write", "--project", "--json"])).toMatchObject({ options: { client: "vscode", write: true, project: true, json: true } });
  });

  test("asks for help and version before anything else", () => {
    expect(parsed(["--help", "nonsense"])).toEqual({ command: "help" });
    expect(parsed(["import", "-v"])).toEqual({ command: "version" });
  });

  test("gives the help of a command behind its name", () => {
    expect(parsed(["import", "--help"])).toEqual({ command: "help", of: "import" });
    expect(parsed(["serve", "-h"])).toEqual({ command: "help", of: "serve" });
  });

  test("takes a common flag before the command too, the last of several, and words behind --", () => {
    expect(parsed(["--home", "a", "import", "--home", "b", "--json"])).toMatchObject({ command: "import", common: { home: "/work/b" }, options: { json: true } });
    expect(parsed(["config", "--", "codex"])).toMatchObject({ options: { client: "codex" } });
  });

  test("says what was perhaps meant", () => {
    expect(() => parsed(["import", "--forse"])).toThrow('Unknown option "--forse" of import (Did you mean --force?)');
  });

  test.each([
    [["nonsense"], 'Unknown command "nonsense"'],
    [["serve", "more"], 'Unexpected argument "more"'],
    [["--nonsense"], "--nonsense"],
    [["--home"], "--home"],
    [["--home="], "--home"],
    [["serve", "--json"], 'Unknown option "--json" of serve'],
    [["import", "--no-import"], 'Unknown option "--no-import" of import'],
    [["import", "--since", "soon"], '--since "soon"'],
    [["toString"], "Unknown command"],
    [["config"], "config needs a client: give claude-code, claude-desktop"],
    [["config", "acme"], 'Unknown client "acme": give claude-code'],
    [["config", "codex", "cursor"], 'Unexpected argument "cursor"'],
    [["list", "--status", "it's"], '--status "it\'s" is not allowed: give live, ended, stale'],
    [["tail", "-n"], "--lines has no value: give one"],
    [["import", "--write"], 'Unknown option "--write" of import'],
  ])("refuses %j", (args, message) => {
    expect(() => parsed(args)).toThrow(UsageError);
    expect(() => parsed(args)).toThrow(message);
  });
});

describe("requireProviders()", () => {
  const known = () => Promise.resolve(["claude", "gemini"]);
  const required = async (...args: string[]) => {
    const line = parsed(args);
    if (!("common" in line)) throw new Error(`${line.command} names no providers`);
    await requireProviders([...(line.common.providers ?? []), ...(commandNamed(line.command)?.providers?.(line.options) ?? [])], known);
  };

  test("takes those that there are, and asks for none where none is named", async () => {
    await expect(required("--providers", "claude, gemini")).resolves.toBeUndefined();
    await expect(required("import", "--provider", "gemini")).resolves.toBeUndefined();
    await expect(requireProviders([], () => Promise.reject(new Error("asked")))).resolves.toBeUndefined();
  });

  test("refuses others by name", async () => {
    await expect(required("--providers", "claude,acme")).rejects.toThrow('Unknown provider "acme": give claude, gemini');
    await expect(required("import", "--provider", "acme")).rejects.toThrow(UsageError);
  });
});

describe("parseServeLine()", () => {
  const surroundings = { variables: {}, homeDir: "/home/kim", workingDir: "/work", nowMs };

  test.each([[[]], [["serve"]], [["--home", "h", "--no-import"]], [["serve", "--providers=claude", "--exclude", "a", "--exclude", "b", "--read-only", "--durable", "--show-secrets"]]])("reads %j as parseCommandLine() does", (args) => {
    expect({ command: "serve", ...parseServeLine(args, surroundings) }).toEqual(parsed(args));
  });

  test.each([[["import"]], [["--help"]], [["-v"]], [["serve", "more"]], [["--nonsense"]], [["--home"]], [["nonsense"]]])("leaves %j to it", (args) => {
    expect(parseServeLine(args, surroundings)).toBeUndefined();
  });
});
