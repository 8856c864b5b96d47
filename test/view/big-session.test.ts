import { closeSync, openSync, readdirSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chromiumPath, expectSoon, openBrowser } from "../helpers/browser.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { connectServer } from "../helpers/server.js";
import { startView } from "./view-process.js";

const megabytes = 50;

/** Writes lines behind those of a log, as a writer of that session would. @returns Seq of the last one. */
function fill(path: string, sessionId: string, seed: number): number {
  const random = seededRandom(seed);
  const file = openSync(path, "a");
  const head = { ts: "2026-11-20T10:00:00.000Z", provider: "acme", wrapper_session_id: sessionId, provider_session_id: null, source_kind: "wrapper", completeness: "full" };
  let seq = 1;
  for (let bytes = 0; bytes < megabytes * 1e6; ) {
    let lines = "";
    while (lines.length < 1e6) {
      const id = `t${seq}`;
      const size = Math.floor(random() ** 4 * 40_000);
      const events = [
        { type: "user_message", role: "user", content: `question ${seq}`, message_id: null },
        { type: "tool_call", tool_kind: "shell", tool_name: "Bash", tool_id: id, input: { command: `run ${seq}` } },
        { type: "tool_result", tool_kind: "shell", tool_name: "Bash", tool_id: id, success: random() > 0.002, output: "output line\n".repeat(size / 12), error: null, data: null },
        { type: "assistant_message", content: `answer ${seq} ${"word ".repeat(20)}`, message_id: null },
      ];
      for (const event of events) lines += `${JSON.stringify({ seq: (seq += 1), ...head, ...event })}\n`;
    }
    bytes += writeSync(file, lines);
  }
  closeSync(file);
  return seq;
}

describe.skipIf(chromiumPath === undefined)("a session of 50 MB", () => {
  it("opens at its end, at its begin and at any place, with few rows in the page at a time", { timeout: 120_000 }, async () => {
    const seed = newSeed();
    const server = await connectServer();
    const { session_id } = (await server.call("start_session", { provider: "acme", title: "The big one" })) as { session_id: string };
    await server.client.close();
    const folder = join(server.home, "logs/sessions");
    const log = join(folder, readdirSync(folder)[0] ?? "");
    const last = fill(log, session_id, seed);
    expect(statSync(log).size).toBeGreaterThan(megabytes * 1e6);
    const view = await startView(server.home, session_id);
    const { page, requests, troubles } = await openBrowser();
    const rows = () => page.locator(".event").count();
    const answerBytes: number[] = [];
    page.on("response", (response) => void response.body().then((body) => answerBytes.push(body.length), () => undefined));
    await page.goto(view.url);
    await page.locator(`#event-${last}`).waitFor();
    expect(await rows()).toBeLessThan(100);
    // Reading on and on, upwards: what is left behind goes.
    const upTo = last - 1500;
    for (let round = 0; round < 200; round += 1) {
      const first = Number(await page.locator(".event").first().getAttribute("data-seq"));
      if (first < upTo) break;
      await page.locator(".timeline").evaluate((node: { scrollTop: number }) => (node.scrollTop = 0));
      await expectSoon(async () => Number(await page.locator(".event").first().getAttribute("data-seq")), `seed ${seed}`).toBeLessThan(first);
      expect(await rows()).toBeLessThanOrEqual(400);
    }
    expect(await page.locator(`#event-${last}`).count(), `seed ${seed}`).toBe(0);
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText("question 1", { exact: true }).waitFor();
    // Every call of the window has its result, and none stands alone.
    expect(await page.locator("details.tool.alone").count()).toBe(0);
    await page.goto(`${page.url().split("#")[0]}#/session/${session_id}/${Math.floor(last / 2)}`);
    await page.locator(".pointed").waitFor();
    await page.getByRole("button", { name: "Errors only" }).click();
    await expectSoon(() => page.locator(".event.failing").count(), `seed ${seed}`).toBeGreaterThan(3);
    await page.getByRole("button", { name: "Errors only" }).click();
    await page.locator(`#event-${last}`).waitFor();
    expect(troubles, `seed ${seed}`).toEqual([]);
    expect(Math.max(...answerBytes), "bytes of an answer").toBeLessThan(250_000);
    expect(requests.length).toBeLessThan(400);
  });
});
