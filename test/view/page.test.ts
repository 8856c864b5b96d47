import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { chromiumPath, expectSoon, openBrowser } from "../helpers/browser.js";
import { type ConnectedServer, connectServer } from "../helpers/server.js";
import { waitFor } from "../helpers/wait-for.js";
import { startView } from "./view-process.js";

let server: ConnectedServer;

async function newSession(args: Record<string, unknown>, events: readonly Record<string, unknown>[] = []): Promise<string> {
  const { session_id } = (await server.call("start_session", { provider: "acme", ...args })) as { session_id: string };
  if (events.length > 0) await server.call("emit_event", { session_id, events });
  return session_id;
}

const conversation = [
  { type: "user_message", content: "why does the lilac test fail?" },
  { type: "reasoning", content: "I should look at the test first." },
  { type: "tool_call", tool_name: "Bash", tool_id: "t1", input: { command: "npm test -- lilac", timeout: 5000 } },
  { type: "tool_result", tool_name: "Bash", tool_id: "t1", success: false, output: "line one\nExpected purple, got green", error: null },
  { type: "tool_call", tool_name: "Read", tool_id: "t2", input: { file_path: "/tmp/lilac.ts" } },
  { type: "tool_result", tool_name: "Read", tool_id: "t2", success: true, output: "export const lilac = 'green';" },
  { type: "assistant_message", content: "It is **green**:\n\n```ts\nexport const lilac = 'green';\n```\n\nLook at `lilac.ts`." },
  { type: "usage", input_tokens: 1200, output_tokens: 80, cache_read_tokens: 5600 },
  { type: "assistant_message", content: "a helper speaks", agent_id: "helper-1" },
];

describe.skipIf(chromiumPath === undefined)("the page", () => {
  beforeEach(async () => {
    server = await connectServer();
  });

  it("lists the sessions, opens one, and keeps no token in its address", async () => {
    const older = await newSession({ title: "The older one" }, conversation);
    await newSession({ provider: "other", title: "The newer one" }, [{ type: "user_message", content: "hello" }]);
    const view = await startView(server.home);
    const { page, requests, troubles } = await openBrowser();
    await page.goto(view.url);
    await expectSoon(() => page.locator(".row .title").allTextContents()).toEqual(["The newer one", "The older one"]);
    expect(page.url()).toBe(`http://127.0.0.1:${view.port}${view.basePath}`);
    await page.getByText("The older one").click();
    await page.getByText("why does the lilac test fail?").waitFor();
    expect(page.url()).toBe(`http://127.0.0.1:${view.port}${view.basePath}#/session/${older}`);
    expect(await page.title()).toBe("The older one – session-log");
    expect(await page.locator("h1").textContent()).toBe("The older one");
    expect(await page.locator(".facts").textContent()).toContain("2 tool calls, 1 failed");
    expect(await page.locator(".facts span").last().textContent()).toBe("tokens: 1,200 in, 80 out, 5,600 read from cache");
    // Loading it anew and going back is what people do.
    await page.reload();
    await page.getByText("why does the lilac test fail?").waitFor();
    await page.goBack();
    await page.getByText("Choose a session").waitFor();
    await page.selectOption(".list select", "other");
    await expectSoon(() => page.locator(".row .title").allTextContents()).toEqual(["The newer one"]);
    expect(troubles).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(`http://127.0.0.1:${view.port}${view.basePath}`))).toEqual([]);
    expect(await page.context().cookies()).toMatchObject([{ httpOnly: true, sameSite: "Strict", path: view.basePath }]);
    expect(await page.evaluate("document.cookie")).toBe("");
    // A second browser has no cookie, and the link was used.
    const other = await openBrowser();
    expect((await other.page.goto(view.url))?.status()).toBe(403);
  });

  it("folds calls with their results, shows what failed, and reads a call's input when it is opened", async () => {
    const id = await newSession({ title: "Folds" }, conversation);
    const view = await startView(server.home, id);
    const { page, troubles } = await openBrowser();
    await page.goto(view.url);
    const [bash, read] = [page.locator("details.tool").nth(0), page.locator("details.tool").nth(1)];
    await bash.waitFor();
    expect(await page.locator("details.tool").count()).toBe(2);
    expect(await bash.locator("summary").innerText()).toBe("Bash\nnpm test -- lilac\nfailed\nExpected purple, got green");
    expect(await read.locator("summary").innerText()).toBe("Read\n/tmp/lilac.ts");
    expect(await page.getByText("line one").isVisible()).toBe(false);
    await bash.locator("summary").click();
    await expectSoon(() => bash.locator("dl").innerText()).toBe("command\nnpm test -- lilac\ntimeout\n5000");
    expect(await bash.locator("[data-result] pre").innerText()).toBe("line one\nExpected purple, got green");
    await bash.locator("summary").click();
    expect(await page.getByText("line one").isVisible()).toBe(false);
    expect(await page.locator("pre.code").innerText()).toBe("export const lilac = 'green';");
    expect(await page.locator(".assistant_message strong").innerText()).toBe("green");
    expect(troubles).toEqual([]);
  });

  it("shows the kinds, the agent and the failures that are chosen", async () => {
    const id = await newSession({ title: "Choice" }, conversation);
    const view = await startView(server.home, id);
    const { page } = await openBrowser();
    await page.goto(view.url);
    const types = () => page.locator(".event").evaluateAll((rows: { dataset: Record<string, string> }[]) => rows.map((row) => row.dataset["type"]));
    const all = ["session_started", "user_message", "reasoning", "tool_call", "tool_call", "assistant_message", "assistant_message"];
    await expectSoon(types).toEqual(all);
    await page.getByRole("button", { name: "Status" }).click();
    await expectSoon(types).toEqual([...all.slice(0, 6), "usage", "assistant_message"]);
    for (const name of ["Status", "Notes", "Reasoning", "Tools"]) await page.getByRole("button", { name }).click();
    await expectSoon(types).toEqual(["user_message", "assistant_message", "assistant_message"]);
    await page.getByRole("combobox", { name: "Agent" }).selectOption("helper-1");
    await expectSoon(types).toEqual(["assistant_message"]);
    expect(await page.locator(".event .agent").innerText()).toBe("helper-1");
    await page.getByRole("combobox", { name: "Agent" }).selectOption("all");
    await page.getByRole("button", { name: "Errors only" }).click();
    await expectSoon(types).toEqual(["tool_result"]);
    expect(await page.locator(".event").innerText()).toContain("Expected purple, got green");
  });

  it("finds words in all sessions or in this one, and leads to their place", async () => {
    const id = await newSession({ title: "First" }, [...conversation, ...Array.from({ length: 300 }, (_, nth) => ({ type: "assistant_message", content: `filler ${nth}` }))]);
    await newSession({ title: "Second" }, [{ type: "user_message", content: "lilac again" }]);
    const view = await startView(server.home, id);
    const { page, troubles } = await openBrowser();
    await page.goto(view.url);
    await page.getByText("filler 299").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("lilac");
    await expectSoon(() => page.locator(".list h2").allTextContents()).toEqual(["acmeSecond", "acmeFirst"]);
    expect(await page.locator(".hit mark").first().textContent()).toBe("lilac");
    await page.getByLabel("In this session only").check();
    await expectSoon(() => page.locator(".list h2").allTextContents()).toEqual(["acmeFirst"]);
    await page.locator(".hit", { hasText: "why does the lilac" }).click();
    await page.locator(".pointed", { hasText: "why does the lilac test fail?" }).waitFor();
    expect(await page.getByText("filler 299").count()).toBe(0);
    await page.getByRole("searchbox").fill("...");
    await page.getByText("INVALID_ARGUMENT").waitFor();
    await page.getByRole("searchbox").fill("nowhereword");
    await page.getByText("Nothing found").waitFor();
    // The refused search, which the console tells of.
    expect(troubles.filter((trouble) => !trouble.includes("400 (Bad Request)"))).toEqual([]);
  });

  it("follows what another process writes, and leaves whoever reads farther up in peace", async () => {
    const id = await newSession({ title: "Live" }, Array.from({ length: 80 }, (_, nth) => ({ type: "assistant_message", content: `line ${nth}\n`.repeat(3) })));
    const view = await startView(server.home, id);
    const { page, troubles } = await openBrowser();
    await page.goto(view.url);
    await page.getByText("line 79").first().waitFor();
    await page.locator(".status.live").first().waitFor();
    await server.call("emit_event", { session_id: id, events: [{ type: "tool_call", tool_name: "Bash", tool_id: "x", input: { command: "sleep 1" } }] });
    await page.getByText("sleep 1").waitFor();
    await server.call("emit_event", { session_id: id, events: [{ type: "tool_result", tool_name: "Bash", tool_id: "x", success: false, output: "slept badly" }] });
    // It went to its call, and the page is still at its end.
    await page.getByText("slept badly").first().waitFor();
    expect(await page.locator("details.tool").count()).toBe(1);
    const timeline = page.locator(".timeline");
    const fromEnd = () => timeline.evaluate((node: { scrollHeight: number; scrollTop: number; clientHeight: number }) => node.scrollHeight - node.scrollTop - node.clientHeight);
    expect(await fromEnd()).toBeLessThan(5);
    await timeline.evaluate((node: { scrollTop: number }) => (node.scrollTop -= 700));
    const seen = await timeline.evaluate((node: { scrollTop: number }) => node.scrollTop);
    await server.call("emit_event", { session_id: id, events: [{ type: "user_message", content: "are you there?" }] });
    await page.getByRole("button", { name: "Newer events" }).waitFor();
    expect(await timeline.evaluate((node: { scrollTop: number }) => node.scrollTop)).toBe(seen);
    await page.getByRole("button", { name: "Newer events" }).click();
    await expectSoon(fromEnd).toBeLessThan(5);
    expect(await page.getByText("are you there?").isVisible()).toBe(true);
    // A session that begins now comes to the list.
    await newSession({ title: "Begun just now" });
    await page.getByText("Begun just now").waitFor();
    expect(troubles).toEqual([]);
    // The command ends; the page says so where it matters.
    await view.stop();
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText("The command that serves this page is gone").waitFor();
  });

  it("shows hostile text as text: nothing runs, nothing is loaded, nothing hides", async () => {
    const hostile = `<script>alert(1)</script><img src="http://evil.example/x" onerror="alert(2)"><a href="javascript:alert(3)">x</a> \u001b[31mred\u001b[0m \u202etxt.exe [link](javascript:alert(4)) ![i](http://evil.example/y)`;
    const shown = `<script>alert(1)</script><img src="http://evil.example/x" onerror="alert(2)"><a href="javascript:alert(3)">x</a> red \\u202etxt.exe [link](javascript:alert(4)) ![i](http://evil.example/y)`;
    const id = await newSession({ title: hostile, workspace_path: "/tmp/<img src=x onerror=alert(5)>" }, [
      { type: "user_message", content: hostile },
      { type: "assistant_message", content: `\`\`\`<script>\n${hostile}\n\`\`\`\n\n# ${hostile}\n\n**${hostile}** \`${hostile}\`` },
      { type: "reasoning", content: hostile },
      { type: "tool_call", tool_name: hostile.slice(0, 60), tool_id: "t", input: { [hostile]: hostile, command: hostile } },
      { type: "tool_result", tool_name: "x", tool_id: "t", success: false, output: hostile },
      { type: "assistant_message", content: hostile, agent_id: "<b>agent</b>" },
      { type: "user_event", level: "info", message: hostile },
      { type: "user_message", content: "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd" },
    ]);
    const view = await startView(server.home, id);
    const { page, requests, troubles } = await openBrowser();
    await page.goto(view.url);
    await page.getByText("\u05e9\u05dc\u05d5\u05dd").waitFor();
    expect(await page.locator(".user_message p").first().textContent()).toBe(shown);
    expect((await page.locator("h1").textContent()) ?? "").toContain("<script>alert(1)</script><img");
    expect(await page.locator(".agent").textContent()).toBe("<b>agent</b>");
    await page.locator("details.tool summary").click();
    await expectSoon(() => page.locator(".tool dd").first().textContent()).toBe(shown);
    await page.getByRole("searchbox").fill("alert");
    await page.locator(".hit").first().waitFor();
    expect(await page.locator("script, img, iframe, object, style, link, [onclick], [onerror]").count()).toBe(0);
    expect(await page.locator("a[href]:not([href^='#/'])").count()).toBe(0);
    expect(troubles).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(`http://127.0.0.1:${view.port}${view.basePath}`))).toEqual([]);
  });

  it("would be kept from running or loading anything by its policy, had something slipped in", async () => {
    const view = await startView(server.home);
    let reached = 0;
    const elsewhere = createServer((_request, response) => {
      reached += 1;
      response.end();
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void elsewhere.close());
    await once(elsewhere, "listening");
    const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
    const { page, troubles } = await openBrowser();
    await page.goto(view.url);
    await page.getByText("No sessions yet").waitFor();
    await page.evaluate(`
      const refused = (work) => { try { work(); return "done"; } catch (error) { return error.name; } };
      document.body.dataset.handler = refused(() => document.body.setAttribute("onclick", "document.title = 'ran'"));
      document.body.dataset.html = refused(() => { document.body.innerHTML = "<p>x"; });
      document.body.click();
      const image = new Image();
      image.src = "${url}";
      document.body.append(image);
      fetch("${url}").catch(() => undefined);
    `);
    await waitFor("the refusals", () => troubles.length >= 3);
    expect(await page.title()).toBe("session-log");
    expect(await page.evaluate("({ ...document.body.dataset })")).toEqual({ handler: "TypeError", html: "TypeError" });
    expect(troubles.filter((trouble) => !/Content Security Policy|Trusted(?:HTML|Script)/.test(trouble))).toEqual([]);
    expect(reached).toBe(0);
  });

  it.each(["light", "dark"] as const)("goes by the %s scheme of the system, and can be read in it", async (colorScheme) => {
    const id = await newSession({ title: "Colours" }, conversation);
    const view = await startView(server.home, id);
    const { page } = await openBrowser({ colorScheme });
    await page.goto(view.url);
    await page.locator(".assistant_message p").first().waitFor();
    const contrasts = (await page.evaluate(`(() => {
      const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      const luminance = (colour) => {
        canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const paper = (node) => { for (let at = node; at; at = at.parentElement) { const c = getComputedStyle(at).backgroundColor; if (!/, 0\\)$|transparent/.test(c)) return c; } return "white"; };
      return ["h1", ".facts span", ".row .title", ".row .under", ".user_message p", ".user_message h3", ".assistant_message p", ".line .telling", ".state", ".peek", ".choice button"].map((name) => {
        const node = document.querySelector(name);
        const [a, b] = [luminance(getComputedStyle(node).color), luminance(paper(node))].sort((x, y) => y - x);
        return [name, (a + 0.05) / (b + 0.05)];
      });
    })()`)) as [string, number][];
    expect(contrasts.filter(([, contrast]) => contrast < 4.5)).toEqual([]);
    const paper = (await page.evaluate("getComputedStyle(document.body).backgroundColor")) as string;
    expect(Number(/\d+/.exec(paper)?.[0]) > 128).toBe(colorScheme === "light");
  });

  it("shows the list or a session where there is no room for both, and nothing runs over", async () => {
    const id = await newSession({ title: "x".repeat(400) }, [...conversation, { type: "user_message", content: "y".repeat(3000) }]);
    const view = await startView(server.home, id);
    const { page } = await openBrowser();
    await page.goto(view.url);
    await page.locator(".assistant_message p").first().waitFor();
    for (const width of [1400, 800, 360]) {
      await page.setViewportSize({ width, height: 700 });
      expect(await page.evaluate("document.documentElement.scrollWidth"), String(width)).toBe(width);
      expect(await page.locator(".list").isVisible(), String(width)).toBe(width === 1400);
    }
    await page.locator(".back").click();
    await page.locator(".row").waitFor();
    expect(await page.locator(".main").isVisible()).toBe(false);
  });
});
