import { connect } from "node:net";
import { expect, it } from "vitest";
import { connectServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import { cookieOf, send, startView } from "./view-process.js";

function asked(args: Record<string, unknown>): string {
  return `?args=${encodeURIComponent(JSON.stringify(args))}`;
}

it("lets in whoever brings the token, once, and from then on the cookie that it gave", async () => {
  const view = await startView(tempDir());
  const { pathname, search } = new URL(view.url);
  const first = await send(view.port, `${pathname}${search}`);
  expect(first.status).toBe(200);
  const [cookie] = first.headers["set-cookie"] as string[];
  expect(cookie).toMatch(new RegExp(`^session_log_view=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=${pathname}$`));
  expect(cookie).not.toContain(search.slice("?token=".length));
  const again = await send(view.port, `${pathname}${search}`);
  expect(again).toMatchObject({ status: 403, body: expect.stringContaining("was used already") });
  expect(again.headers["set-cookie"]).toBeUndefined();
  expect((await send(view.port, pathname, { headers: { cookie: `other=1; ${cookie?.split(";")[0] ?? ""}` } })).status).toBe(200);
});

it("refuses everybody else, whatever is asked for", async () => {
  const view = await startView(tempDir());
  const { pathname, search } = new URL(view.url);
  for (const path of [pathname, `${pathname}?token=`, `${pathname}?token=${"A".repeat(43)}`, `${pathname}tools/list_sessions`, `${pathname}changes`, "/", "/favicon.ico", `/${search}`]) {
    expect((await send(view.port, path)).status, path).toBe(403);
    expect((await send(view.port, path, { headers: { cookie: `session_log_view=${"A".repeat(43)}` } })).status, path).toBe(403);
  }
  // The token is as good as it was.
  expect((await send(view.port, `${pathname}${search}`)).status).toBe(200);
});

it("answers to its own address only, and no page of another origin", async () => {
  const view = await startView(tempDir());
  const cookie = await cookieOf(view);
  for (const host of ["evil.example", `evil.example:${view.port}`, "127.0.0.1", `127.0.0.1:${view.port + 1}`, `127.0.0.1.evil.example:${view.port}`]) {
    expect((await send(view.port, view.basePath, { headers: { cookie, host } })).status, host).toBe(403);
  }
  expect((await send(view.port, view.basePath, { headers: { cookie, host: `localhost:${view.port}` } })).status).toBe(200);
  const path = `${view.basePath}tools/list_sessions`;
  for (const site of ["cross-site", "same-site"]) expect((await send(view.port, path, { headers: { cookie, "sec-fetch-site": site } })).status, site).toBe(403);
  expect((await send(view.port, path, { headers: { cookie, "sec-fetch-site": "same-origin" } })).status).toBe(200);
  // Nobody else on the network comes as far.
  const outside = connect({ port: view.port, host: "127.0.0.2" });
  expect(await new Promise((resolve) => outside.on("error", (error: NodeJS.ErrnoException) => resolve(error.code)).on("connect", () => resolve("connected")))).toBe("ECONNREFUSED");
});

it("takes no method but GET, and gives nothing that is not the page's", async () => {
  const view = await startView(tempDir());
  const cookie = await cookieOf(view);
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD", "TRACE"]) {
    const answer = await send(view.port, view.basePath, { method, headers: { cookie } });
    expect({ status: answer.status, allow: answer.headers["allow"] }, method).toEqual({ status: 405, allow: "GET" });
  }
  const base = view.basePath;
  const tricks = ["/", "/etc/passwd", `${base}../../etc/passwd`, `${base}..%2f..%2fetc%2fpasswd`, `${base}tools/../tools/list_sessions`, `/${base}`, `${base}/`, `${base}%00`, `${base}tools/`, `${base}tools/__proto__`, `${base}tools/import_sessions`, `${base}tools/emit_event`, `${base}tools/list_sessions/`, `${base}TOOLS/list_sessions`, `${base}view-page.js`, `http://127.0.0.1:${view.port}${base}`];
  for (const path of tricks) expect((await send(view.port, path, { headers: { cookie } })).status, path).toBe(404);
  for (const args of ["[1]", "1", "null", "{", '{"a":1']) {
    const answer = await send(view.port, `${base}tools/list_sessions?args=${encodeURIComponent(args)}`, { headers: { cookie } });
    expect(answer, args).toMatchObject({ status: 400, body: expect.stringContaining("INVALID_ARGUMENT") });
  }
});

it("says with every answer that nothing may be loaded, kept or framed", async () => {
  const view = await startView(tempDir());
  const cookie = await cookieOf(view);
  for (const [path, type] of [[view.basePath, "text/html"], [`${view.basePath}tools/list_sessions`, "application/json"], [`${view.basePath}nothing`, "text/plain"]] as const) {
    const { headers } = await send(view.port, path, { headers: { cookie } });
    expect(headers, path).toMatchObject({
      "content-type": `${type}; charset=utf-8`,
      "content-security-policy": expect.stringMatching(/^default-src 'none'; script-src 'sha256-[\w+/]{43}='; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; /),
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  }
});

it("answers the tools that read as agents are answered, masked, and their errors", async () => {
  const server = await connectServer();
  const { session_id } = (await server.call("start_session", { provider: "acme", title: "key ghp_abcdefghijklmnopqrstuvwxyz0123456789" })) as { session_id: string };
  const view = await startView(server.home);
  const cookie = await cookieOf(view);
  const listed = await send(view.port, `${view.basePath}tools/list_sessions${asked({ limit: 5 })}`, { headers: { cookie } });
  expect(JSON.parse(listed.body)).toMatchObject({ answer: { total: 1, sessions: [{ session_id, title: "key [secret:github-token]" }] } });
  const failed = await send(view.port, `${view.basePath}tools/read_session${asked({ session_id: "nowhere" })}`, { headers: { cookie } });
  expect({ status: failed.status, ...JSON.parse(failed.body) }).toEqual({ status: 400, error: expect.stringMatching(/^SESSION_NOT_FOUND: /) });
  const watched = await send(view.port, `${view.basePath}changes?session=nowhere`, { headers: { cookie } });
  expect(watched).toMatchObject({ status: 400, body: expect.stringContaining("SESSION_NOT_FOUND") });
  expect(view.stderr()).toBe("");
});

it("tells a page of changes by their names only, and forgets it when it goes", async () => {
  const server = await connectServer();
  const { session_id } = (await server.call("start_session", { provider: "acme" })) as { session_id: string };
  const view = await startView(server.home);
  const cookie = await cookieOf(view);
  const socket = connect({ port: view.port, host: "127.0.0.1" });
  let got = "";
  socket.on("data", (chunk: Buffer) => (got += chunk.toString()));
  socket.write(`GET ${view.basePath}changes?session=${session_id} HTTP/1.1\r\nHost: 127.0.0.1:${view.port}\r\nCookie: ${cookie}\r\n\r\n`);
  await waitFor("the stream", () => got.includes("text/event-stream") && got.includes("event: session\n"));
  got = "";
  await server.call("emit_event", { session_id, message: "nobody should read this here" });
  await waitFor("both changes", () => got.includes("event: session\n") && got.includes("event: sessions\n"));
  expect(got).not.toContain("nobody");
  expect(got).not.toContain(session_id);
  socket.destroy();
  expect(await view.stop()).toBe(0);
});
