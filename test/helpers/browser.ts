import { execFileSync } from "node:child_process";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";

/** The Chromium of this machine (`CHROMIUM_PATH`, else on `PATH`); undefined where there is none: such tests are then skipped. */
export const chromiumPath: string | undefined = process.env["CHROMIUM_PATH"] ?? ["chromium", "chromium-browser", "google-chrome"].map(found).find((path) => path !== undefined);

function found(name: string): string | undefined {
  try {
    return execFileSync("which", [name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch (error) {
    if (typeof (error as { status?: unknown }).status !== "number" && (error as { code?: unknown }).code !== "ENOENT") throw error;
    return undefined;
  }
}

export interface WatchedPage {
  page: Page;
  /** Addresses that the page asked for, in order. */
  requests: string[];
  /** What went wrong, or would have popped up: errors of scripts, the console's errors and warnings, dialogs, windows. */
  troubles: string[];
}

/** A page in a browser of its own that remembers what it did; both end with the test. */
export async function openBrowser(options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const browser: Browser = await chromium.launch({ ...(chromiumPath !== undefined && { executablePath: chromiumPath }) });
  onTestFinished(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const troubles: string[] = [];
  context.on("request", (request) => requests.push(request.url()));
  context.on("page", (other) => troubles.push(`window ${other.url()}`));
  page.on("pageerror", (error) => troubles.push(`error ${error.message}`));
  page.on("console", (message) => void (["error", "warning"].includes(message.type()) && troubles.push(`console ${message.text()}`)));
  page.on("dialog", (dialog) => {
    troubles.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, requests, troubles };
}

/** What `get` gives, some time within 15 s. @param message Said where it never does. */
export function expectSoon<T>(get: () => T | Promise<T>, message?: string) {
  return expect.poll(get, { timeout: 15_000, ...(message !== undefined && { message }) });
}
