// Makes docs/view.png: the page of `view`, with the two sessions that lie beside this file, in the Chromium of this machine (`CHROMIUM_PATH`, else `chromium` on `PATH`).
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const program = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const picture = fileURLToPath(new URL("../../docs/view.png", import.meta.url));
const home = mkdtempSync(join(tmpdir(), "session-log-screenshot-"));
const executablePath = process.env.CHROMIUM_PATH ?? execFileSync("which", ["chromium"], { encoding: "utf8" }).trim();

// A machine of its own: nothing of who makes the picture may get into it.
const env = { PATH: process.env.PATH, HOME: home, CLAUDE_CONFIG_DIR: fileURLToPath(new URL("claude", import.meta.url)) };
let view;
let browser;
try {
  execFileSync(process.execPath, [program, "import"], { env });
  view = spawn(process.execPath, [program, "view", "5b1d", "--json", "--no-open"], { env, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: view.stdout }), "line");
  browser = await chromium.launch({ executablePath });
  const page = await browser.newPage({ viewport: { width: 1200, height: 640 }, locale: "en-GB", timezoneId: "UTC", colorScheme: "light" });
  await page.clock.setFixedTime("2026-11-22T10:00:00Z");
  await page.goto(JSON.parse(line).url);
  await page.getByText("Found it: on the first of a month").first().waitFor();
  // The note of the beginning names the folder of this repository.
  await page.getByRole("button", { name: "Notes" }).click();
  await page.getByText("session started").waitFor({ state: "detached" });
  await page.getByText("npm test -- print").click();
  await page.mouse.move(0, 0);
  await page.screenshot({ path: picture });
} finally {
  await browser?.close();
  if (view && view.exitCode === null) {
    view.kill("SIGINT");
    await once(view, "exit");
  }
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
