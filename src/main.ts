#!/usr/bin/env node
import { isatty } from "node:tty";
import * as nodeModule from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import packageJson from "../package.json" with { type: "json" };
import type { CallTool, Command, CommandContext } from "./cli/command.js";
import type { CommonOptions } from "./cli/common-options.js";
import type { Surroundings } from "./cli/command-line.js";
import { parseServeLine, type ServeLine } from "./cli/serve-line.js";
import { requireProviders } from "./cli/require-providers.js";
import { UsageError } from "./cli/usage-error.js";
import { CoreError, hasSystemCode } from "./errors.js";
import { takeEnvironment } from "./index/environment.js";
import { helpArgument, type ToHelper } from "./main/help/helper-messages.js";
import { isSqliteThere } from "./main/sqlite-there.js";
import { processTerminal } from "./main/terminal.js";
import type { Mask } from "./schema/ports.js";
import type { Host } from "./mcp/host.js";
import type { OpenServices } from "./main/open-services.js";
import type { Serving } from "./main/serve.js";

const environment = takeEnvironment();
const surroundings: Surroundings = { ...environment, nowMs: Date.now() };

const terminal = await processTerminal(process, environment.variables);
const { tell: warn, report } = terminal;

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

async function openServices(common: CommonOptions, { imports, makesHome, tell }: { imports: boolean; makesHome?: boolean; tell: (message: string) => void }): Promise<OpenServices> {
  const services = await import("./main/services.js");
  const program = { scriptPath: fileURLToPath(import.meta.url), execArgv: process.execArgv, version: packageJson.version };
  return services.openServices({ common, imports, program, environment, isAlive, warn: tell, ...(makesHome !== undefined && { makesHome }) });
}

async function maskFor({ showSecrets }: CommonOptions): Promise<Mask> {
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

/** What answers calls, but for the parts behind it. */
async function hostOf({ readOnly }: CommonOptions, mask: Mask): Promise<Omit<Host, "services">> {
  const { builtPageHtml } = await import("./main/built-page.js");
  return {
    version: packageJson.version,
    mask,
    readOnly,
    variables: environment.variables,
    homeDir: environment.homeDir,
    workingDir: environment.workingDir,
    now: Date.now,
    viewPage: builtPageHtml,
    onInternal: (id, error) => report(mask(`${id}: ${describe(error)}`)),
  };
}

async function serveCommand({ common, options: { imports } }: ServeLine): Promise<void> {
  let serving: Serving | undefined;
  endOnSignals(() => serving);
  const open = (tell: typeof warn): Promise<OpenServices> => openServices(common, { imports: imports && !common.readOnly, tell });
  // It throws, and says what to install.
  if (!isSqliteThere()) await open(warn);
  const [{ serve }, { listedTools }, mask] = await Promise.all([import("./main/serve.js"), import("./main/listed-tools.js"), maskFor(common)]);
  const warnMasked = (message: string): void => warn(mask(message));
  serving = serve({
    host: await hostOf(common, mask),
    tools: listedTools(),
    rehearses: imports && !common.readOnly,
    open,
    input: process.stdin,
    output: process.stdout,
    warn: warnMasked,
    exit: (code) => process.exit(code),
  });
  endOnFailure(serving, mask);
  if (isatty(0)) warn(`version ${packageJson.version} speaks MCP on stdin and stdout, and is started by a coding agent. Ctrl-D ends it; --help says more.`);
}

async function providerNames(): Promise<string[]> {
  const { providers } = await import("./providers/registry.js");
  return providers.map(({ name }) => name);
}

/** Calls tools on the parts of a home, which build their indexes meanwhile. */
async function toolClientOf({ common, mask, signal, services }: { common: CommonOptions; mask: Mask; signal: AbortSignal; services: () => Promise<OpenServices> }): Promise<CallTool> {
  const { toolClient } = await import("./main/tool-client.js");
  return toolClient({ ...(await hostOf(common, mask)), services }, { signal });
}

async function showPaged(text: string): Promise<void> {
  // The command line for a shell is written for those of Unix.
  if (terminal.isOutTerminal && isatty(0) && environment.platform !== "win32") {
    const { page } = await import("./main/pager.js");
    if (await page(text, { command: environment.variables["PAGER"] })) return;
  }
  terminal.out(text);
}

/** What a command is given, and the closing of what it opened. */
async function commandContext(common: CommonOptions): Promise<{ context: CommandContext; close: () => Promise<void> }> {
  const mask = await maskFor(common);
  const cancel = new AbortController();
  let opened: Promise<OpenServices> | undefined;
  const open = ({ imports }: { imports: boolean }): Promise<OpenServices> => (opened ??= openServices(common, { imports, makesHome: true, tell: (message) => warn(mask(message)) }));
  let called: Promise<CallTool> | undefined;
  const client = (): Promise<CallTool> => (called ??= toolClientOf({ common, mask, signal: context.signal, services: () => open({ imports: false }) }));
  const context: CommandContext = {
    common,
    terminal,
    mask,
    now: Date.now,
    get signal() {
      for (const signal of ["SIGTERM", "SIGINT"] as const) {
        if (process.listenerCount(signal) === 0) process.once(signal, () => cancel.abort(new CoreError("INTERNAL", `Stopped by ${signal}.`)));
      }
      return cancel.signal;
    },
    services: open,
    callTool: async (...call) => (await client())(...call),
    async follow() {
      (await open({ imports: !common.readOnly })).startBackground();
    },
    async startView({ port }) {
      const [{ startView }, services, callTool] = await Promise.all([import("./main/view.js"), open({ imports: !common.readOnly }), client()]);
      return startView(services, { callTool, port, onInternal: (error) => report(mask(describe(error))) });
    },
    async openLink(url) {
      const { openLink } = await import("./main/open-link.js");
      openLink(url, { platform: environment.platform });
    },
    page: (text) => showPaged(text),
    confirm: isatty(0) && isatty(2) ? async (question) => (await import("./main/confirm.js")).confirmOn(process.stdin, process.stderr)(question) : undefined,
    async health({ writes }) {
      const own = { ...common, readOnly: common.readOnly || !writes };
      const tell = (message: string): void => warn(mask(message));
      const services = await (opened ??= openServices(own, { imports: false, makesHome: writes, tell }));
      const { openHealth } = await import("./main/health/open-health.js");
      return openHealth(services, { common: own, environment, warn: tell });
    },
    serve: (options) => serveCommand({ common, options }),
    installation: { nodePath: process.execPath, scriptPath: fileURLToPath(import.meta.url), platform: environment.platform },
    places: environment,
    nodeVersion: process.versions.node,
    configFiles: async () => (await import("./main/config-files.js")).configFiles({ nowMs: surroundings.nowMs }),
  };
  return { context, close: async () => (await opened)?.close("The command is over") };
}

/** Whoever reads a command's output may have enough of it, as `head` does. */
function endOnClosedPipe(): void {
  process.stdout.on("error", (error) => {
    if (!hasSystemCode(error, "EPIPE")) throw error;
    process.exit(0);
  });
}

async function runCommand(args: readonly string[]): Promise<void> {
  const [{ parseCommandLine }, { commandNamed }] = await Promise.all([import("./cli/command-line.js"), import("./cli/commands.js")]);
  const line = parseCommandLine(args, surroundings);
  if (!("common" in line)) {
    const { helpText } = await import("./cli/help.js");
    return terminal.out(line.command === "help" ? helpText(line.of, terminal) : `${packageJson.version}\n`);
  }
  const { common, options } = line;
  const command = commandNamed(line.command) as Command;
  await requireProviders([...(common.providers ?? []), ...(command.providers?.(options) ?? [])], providerNames, { command: command.name });
  endOnClosedPipe();
  const { context, close } = await commandContext(common);
  try {
    process.exitCode = await command.run(options, context);
  } finally {
    await close();
  }
}

/** Helps another process of ours, which ends it. A signal that reaches both is that one's matter. */
async function helpCommand(): Promise<void> {
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => undefined);
  const [{ helpImport }, { helpPartsOf }] = await Promise.all([import("./main/help/help-import.js"), import("./main/help/help-parts.js")]);
  try {
    await helpImport(
      {
        // What does not arrive any more is missed by nobody.
        send: (message) => void process.send?.(message, () => undefined),
        onMessage: (listener) => process.on("message", (message) => listener(message as ToHelper)),
        onDisconnect: (listener) => process.on("disconnect", listener),
      },
      helpPartsOf({ environment, isAlive }),
    );
  } finally {
    if (process.connected) process.disconnect();
  }
}

async function run(args: readonly string[]): Promise<void> {
  if (args[0] === helpArgument && process.send) return args[1] === packageJson.version ? helpCommand() : undefined;
  const line = parseServeLine(args, surroundings);
  if (!line) return runCommand(args);
  await requireProviders(line.common.providers ?? [], providerNames);
  return serveCommand(line);
}

/** Says what went wrong. @returns The exit code: 2 for a wrong command line, else 1. */
async function failed(error: unknown): Promise<1 | 2> {
  if (error instanceof UsageError) {
    const { usageLine } = await import("./cli/help.js");
    const help = ["session-log-mcp", ...(error.command === undefined ? [] : [error.command]), "--help"].join(" ");
    warn(error.message);
    terminal.err(`\n${usageLine(error.command)}\n${help} says more.\n`);
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
  await run(process.argv.slice(2));
} catch (error) {
  // The one place where every error ends: nothing is above it.
  process.exitCode = await failed(error);
}
