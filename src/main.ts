#!/usr/bin/env node
import { isatty } from "node:tty";
import * as nodeModule from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import packageJson from "../package.json" with { type: "json" };
import { type CommandLine, parseCommandLine, requireProviders, type Surroundings } from "./cli/command-line.js";
import { usage } from "./cli/usage.js";
import type { Terminal } from "./cli/terminal.js";
import { UsageError } from "./cli/usage-error.js";
import { visible, visibleLines } from "./cli/visible.js";
import { CoreError, hasSystemCode } from "./errors.js";
import { takeEnvironment } from "./index/environment.js";
import { isSqliteThere } from "./main/sqlite-there.js";
import type { Mask } from "./schema/ports.js";
import type { OpenServices, Serving } from "./main/serve.js";

const environment = takeEnvironment();
const surroundings: Surroundings = { ...environment, nowMs: Date.now() };

type Common = Extract<CommandLine, { command: "serve" }>["common"];

const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isErrTerminal: isatty(2),
};

function warn(message: string): void {
  process.stderr.write(`session-log-mcp: ${visible(message)}\n`);
}

/** Says a failure with all that is known of it. */
function report(failure: string): void {
  process.stderr.write(`session-log-mcp: ${visibleLines(failure)}\n`);
}

/** Newer Node keeps compiled code; beside the bundle it serves every later start. */
function keepCompiledCode(): void {
  const { enableCompileCache } = nodeModule as { enableCompileCache?: (dir: string) => unknown };
  enableCompileCache?.(join(dirname(fileURLToPath(import.meta.url)), ".cache"));
}

/** Node 22 says at first use that its SQLite is experimental, which nobody at a terminal can act on. Other warnings are said as ever. */
function passOverSqliteWarning(): void {
  const others = process.listeners("warning");
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name === "ExperimentalWarning" && warning.message.startsWith("SQLite ")) return;
    for (const other of others) other.call(process, warning);
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (hasSystemCode(error, "EPERM")) return true;
    if (hasSystemCode(error, "ESRCH", "ERR_INVALID_ARG_TYPE", "ERR_OUT_OF_RANGE")) return false;
    throw error;
  }
}

async function openServices(common: Common, { imports, tell }: { imports: boolean; tell: (message: string) => void }): Promise<OpenServices> {
  const services = await import("./main/services.js");
  return services.openServices({ common, imports, environment, isAlive, warn: tell });
}

async function maskFor({ showSecrets }: Common): Promise<Mask> {
  if (showSecrets) return (text) => text;
  return (await import("./mask/mask-secrets.js")).maskSecrets;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** A failure that nobody caught is said, and the sessions of this process are ended in order. */
function endOnFailure(serving: Serving, mask: Mask): void {
  process.on("uncaughtException", (error) => {
    report(mask(describe(error)));
    serving.stop("The server failed", 1);
  });
}

/** Signals end the server from its first moment on; `serving` is there once it has something to end. */
function endOnSignals(serving: () => Serving | undefined): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      const running = serving();
      if (running) running.stop(`The server stopped: ${signal}`);
      else process.exit(0);
    });
  }
}

async function serveCommand({ common, imports }: Extract<CommandLine, { command: "serve" }>): Promise<void> {
  let serving: Serving | undefined;
  endOnSignals(() => serving);
  const open = (tell: typeof warn): Promise<OpenServices> => openServices(common, { imports: imports && !common.readOnly, tell });
  // It throws, and says what to install.
  if (!isSqliteThere()) await open(warn);
  const [{ serve }, { listedTools }, mask] = await Promise.all([import("./main/serve.js"), import("./main/listed-tools.js"), maskFor(common)]);
  const warnMasked = (message: string): void => warn(mask(message));
  const host = {
    version: packageJson.version,
    mask,
    readOnly: common.readOnly,
    variables: environment.variables,
    homeDir: environment.homeDir,
    workingDir: environment.workingDir,
    now: Date.now,
    onInternal: (id: string, error: unknown) => report(mask(`${id}: ${describe(error)}`)),
  };
  serving = serve({ host, tools: listedTools(), open, input: process.stdin, output: process.stdout, warn: warnMasked, exit: (code) => process.exit(code) });
  endOnFailure(serving, mask);
  if (isatty(0)) warn(`version ${packageJson.version} speaks MCP on stdin and stdout, and is started by a coding agent. Ctrl-D ends it; --help says more.`);
}

/** Runs a command on the parts of a home, until it is done or a signal stops it. @returns Its exit code. */
async function runOnce<T>(common: Common, command: (services: OpenServices, options: { terminal: Terminal; signal: AbortSignal; mask: Mask }) => Promise<T>): Promise<T> {
  const cancel = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => cancel.abort(new CoreError("INTERNAL", `Stopped by ${signal}.`)));
  const mask = await maskFor(common);
  const services = await openServices(common, { imports: true, tell: (message) => warn(mask(message)) });
  try {
    return await command(services, { terminal, signal: cancel.signal, mask });
  } finally {
    await services.close("The command is over");
  }
}

async function importCommand({ common, import: options }: Extract<CommandLine, { command: "import" }>): Promise<number> {
  const commands = await import("./cli/import.js");
  return runOnce(common, ({ ingest }, context) => commands.importCommand(ingest, options, context));
}

async function rebuildCommand({ common, json }: Extract<CommandLine, { command: "rebuild" }>): Promise<number> {
  const commands = await import("./cli/rebuild.js");
  return runOnce(common, (services, context) => commands.rebuildCommand(services, { json, readOnly: common.readOnly }, context));
}

async function configCommand({ common, config }: Extract<CommandLine, { command: "config" }>): Promise<number> {
  const [commands, { configFiles }] = await Promise.all([import("./cli/config.js"), import("./main/config-files.js")]);
  return commands.configCommand(config, {
    common,
    installation: { nodePath: process.execPath, scriptPath: fileURLToPath(import.meta.url), platform: environment.platform },
    places: environment,
    files: configFiles({ nowMs: surroundings.nowMs }),
    terminal,
  });
}

async function providerNames(): Promise<string[]> {
  const { providers } = await import("./providers/registry.js");
  return providers.map(({ name }) => name);
}

async function run(commandLine: CommandLine): Promise<void> {
  switch (commandLine.command) {
    case "help":
      process.stdout.write(usage);
      return;
    case "version":
      process.stdout.write(`${packageJson.version}\n`);
      return;
    case "serve":
      await requireProviders(commandLine, providerNames);
      return serveCommand(commandLine);
    case "import":
      await requireProviders(commandLine, providerNames);
      process.exitCode = await importCommand(commandLine);
      return;
    case "rebuild":
      process.exitCode = await rebuildCommand(commandLine);
      return;
    case "config":
      await requireProviders(commandLine, providerNames);
      process.exitCode = await configCommand(commandLine);
  }
}

/** Says what went wrong. @returns The exit code: 2 for a wrong command line, else 1. */
async function failed(error: unknown): Promise<1 | 2> {
  if (error instanceof UsageError) {
    process.stderr.write(`session-log-mcp: ${visible(error.message)}\n\n${usage}`);
    return 2;
  }
  const { maskSecrets } = await import("./mask/mask-secrets.js");
  if (error instanceof CoreError) warn(maskSecrets(error.message));
  else report(maskSecrets(describe(error)));
  return error instanceof CoreError && error.code === "INVALID_ARGUMENT" ? 2 : 1;
}

// A closed stderr is no reason to fail; a closed stdout ends the server by its transport.
process.stderr.on("error", () => undefined);
keepCompiledCode();
passOverSqliteWarning();
try {
  await run(parseCommandLine(process.argv.slice(2), surroundings));
} catch (error) {
  // The one place where every error ends: nothing is above it.
  process.exitCode = await failed(error);
}
