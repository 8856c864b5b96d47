import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { chromiumPath, expectSoon, openBrowser, type WatchedPage } from "../helpers/browser.js";
import { type ConnectedServer, connectServer } from "../helpers/server.js";

let server: ConnectedServer;

/** The policy that a host has to set for a page that asks for nothing (SEP-1865). */
const policy = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' data:; connect-src 'none'";

/** A page that does what a host does with an app: it frames it, answers `ui/initialize`, and hands calls on. */
function hostHtml(app: string): string {
  const framed = app.replace("<head>", `<head><meta http-equiv="Content-Security-Policy" content="${policy}">`);
  return `<!doctype html><meta charset="utf-8"><body style="margin:0"><iframe id="app" sandbox="allow-scripts" style="width:100%;height:300px;border:0"></iframe>
<script type="module">
  const frame = document.getElementById("app");
  const tell = (message) => frame.contentWindow.postMessage({ jsonrpc: "2.0", ...message }, "*");
  window.said = [];
  window.tell = tell;
  addEventListener("message", async ({ source, data }) => {
    if (source !== frame.contentWindow) return;
    said.push(data);
    if (data.method === "ui/initialize") tell({ id: data.id, result: { protocolVersion: "2026-01-26", hostInfo: { name: "stand-in", version: "1" }, ...window.hello } });
    else if (data.method === "tools/call") tell({ id: data.id, ...(await window.callTool(data.params)) });
    else if (data.method === "ui/request-display-mode") tell({ id: data.id, result: { mode: data.params.mode } });
    else if (data.method === "ui/notifications/size-changed") frame.style.height = data.params.height + "px";
  });
  window.show = () => { frame.srcdoc = ${JSON.stringify(framed).replaceAll("<", "\\u003c")}; };
</script>`;
}

interface Hosted extends WatchedPage {
  app: ReturnType<Page["frameLocator"]>;
  /** Hands a result on, as after a call of the model. */
  tellResult(result: unknown): Promise<void>;
  said(method: string): Promise<Record<string, unknown>[]>;
}

async function host(hello: Record<string, unknown>): Promise<Hosted> {
  const { contents } = await server.client.readResource({ uri: "ui://session-log/view.html" });
  const html = hostHtml((contents[0] as { text: string }).text);
  const web = createServer((_request, response) => response.setHeader("content-type", "text/html").end(html)).listen(0, "127.0.0.1");
  onTestFinished(() => void web.close());
  await once(web, "listening");
  const watched = await openBrowser({ viewport: { width: 800, height: 900 } });
  const { page } = watched;
  await page.exposeFunction("callTool", async (params: { name: string; arguments: Record<string, unknown> }) => ({ result: await server.client.callTool(params) }));
  await page.goto(`http://127.0.0.1:${(web.address() as AddressInfo).port}/`);
  await page.evaluate(`window.hello = ${JSON.stringify(hello)}; window.show();`);
  const said = async (method: string) => ((await page.evaluate("window.said")) as Record<string, unknown>[]).filter((message) => message["method"] === method);
  await expectSoon(async () => (await said("ui/notifications/initialized")).length).toBe(1);
  return {
    ...watched,
    app: page.frameLocator("#app"),
    said,
    async tellResult(result) {
      await page.evaluate(`window.tell({ method: "ui/notifications/tool-input", params: { arguments: {} } }); window.tell({ method: "ui/notifications/tool-result", params: ${JSON.stringify(result)} });`);
    },
  };
}

async function newSession(): Promise<string> {
  const { session_id } = (await server.call("start_session", { provider: "acme", title: "Shown in a host" })) as { session_id: string };
  await server.call("emit_event", {
    session_id,
    events: [
      { type: "user_message", content: "what is <b>this</b>?" },
      { type: "tool_call", tool_name: "Bash", tool_id: "t", input: { command: "ls" } },
      { type: "tool_result", tool_name: "Bash", tool_id: "t", success: true, output: "one file" },
      { type: "assistant_message", content: "a file" },
    ],
  });
  return session_id;
}

describe.skipIf(chromiumPath === undefined)("the page in a host of MCP Apps", () => {
  beforeEach(async () => {
    server = await connectServer();
  });

  it("shows the session that was read, goes on reading by calls, and follows it", async () => {
    const session_id = await newSession();
    const hosted = await host({ hostCapabilities: { serverTools: {} }, hostContext: { theme: "dark", availableDisplayModes: ["inline", "fullscreen"], containerDimensions: { maxHeight: 480 } } });
    const { app, page, said, troubles, requests } = hosted;
    await app.getByText("Waiting for the session").waitFor();
    expect(await said("ui/initialize")).toMatchObject([{ params: { protocolVersion: "2026-01-26", appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] }, appInfo: { name: "session-log" } } }]);
    await hosted.tellResult(await server.client.callTool({ name: "read_session", arguments: { session_id } }));
    await app.getByText("what is <b>this</b>?").waitFor();
    expect(await app.locator("h1").innerText()).toBe("Shown in a host");
    await app.locator("details.tool summary").click();
    await app.getByText("one file").waitFor();
    await app.locator("dl").waitFor();
    await server.call("emit_event", { session_id, events: [{ type: "assistant_message", content: "and more came" }] });
    await app.getByText("and more came").waitFor();
    // What the host says of looks is gone by.
    expect(await app.locator("html").evaluate((node: { style: { colorScheme: string } }) => node.style.colorScheme)).toBe("dark");
    expect(await said("ui/notifications/size-changed")).toMatchObject([{ params: { height: 480 } }]);
    await page.evaluate(`window.tell({ method: "ui/notifications/host-context-changed", params: { theme: "light", styles: { variables: { "--color-text-primary": "rgb(1, 2, 3)" } } } })`);
    await expectSoon(() => app.locator("h1").evaluate("getComputedStyle(document.querySelector('h1')).color")).toBe("rgb(1, 2, 3)");
    // The list is there too, by calls.
    await app.getByRole("button", { name: "Sessions" }).click();
    await app.locator(".row", { hasText: "Shown in a host" }).click();
    await app.getByText("and more came").waitFor();
    await app.getByRole("button", { name: "Full screen" }).click();
    await expectSoon(() => said("ui/request-display-mode")).toMatchObject([{ params: { mode: "fullscreen" } }]);
    await page.evaluate(`window.tell({ id: "end", method: "ui/resource-teardown", params: { reason: "over" } }); window.tell({ id: "odd", method: "ui/unheard-of", params: {} });`);
    await expectSoon(async () => ((await page.evaluate("window.said")) as { id?: unknown }[]).filter(({ id }) => typeof id === "string")).toEqual([
      { jsonrpc: "2.0", id: "end", result: {} },
      { jsonrpc: "2.0", id: "odd", error: { code: -32601, message: expect.stringContaining("ui/unheard-of") } },
    ]);
    expect(troubles).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("http://127.0.0.1:") && url !== "about:srcdoc")).toEqual([]);
  });

  it("shows what was handed over where a host lets no page call, also where that is the text alone", async () => {
    const session_id = await newSession();
    const { content } = await server.client.callTool({ name: "read_session", arguments: { session_id, max_chars_per_event: 5 } });
    const hosted = await host({ hostCapabilities: {}, hostContext: {} });
    await hosted.tellResult({ content });
    await hosted.app.getByText("what", { exact: true }).waitFor();
    await hosted.app.locator("details.tool summary").click();
    await hosted.app.getByText("more characters are left out").first().waitFor();
    expect(await hosted.app.locator(".bar, .back").count()).toBe(0);
    expect(await hosted.said("tools/call")).toEqual([]);
    expect(hosted.troubles).toEqual([]);
  });

  it("says what went wrong, and hears its host alone", async () => {
    const hosted = await host({ hostCapabilities: { serverTools: {} }, hostContext: {} });
    // A window inside the page that plays the host.
    await hosted.page.frames()[1]?.evaluate(`window.postMessage({ jsonrpc: "2.0", method: "ui/notifications/tool-result", params: { isError: true, content: [{ type: "text", text: "from nobody" }] } }, "*")`);
    await hosted.tellResult({ isError: true, content: [{ type: "text", text: "SESSION_NOT_FOUND: there is none." }] });
    await hosted.app.getByText("SESSION_NOT_FOUND: there is none.").waitFor();
    expect(await hosted.app.getByText("from nobody").count()).toBe(0);
    await hosted.page.evaluate(`window.tell({ method: "ui/notifications/tool-cancelled", params: { reason: "user" } })`);
    await hosted.app.getByText("The call was cancelled").waitFor();
    expect(hosted.troubles).toEqual([]);
  });
});
