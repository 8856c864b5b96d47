import { expect, it } from "vitest";
import { connectServer, spawnServer } from "../helpers/server.js";

const extension = { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } };
const uri = "ui://session-log/view.html";

it("announces MCP Apps, to clients with a handshake and without", async () => {
  const { client } = await connectServer();
  expect(client.getServerCapabilities()).toMatchObject({ extensions: extension });
  const server = spawnServer();
  const _meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {} };
  server.send({ jsonrpc: "2.0", id: 1, method: "server/discover", params: { _meta } });
  expect(await server.answer(1)).toMatchObject({ result: { capabilities: { extensions: extension } } });
});

it("names its page at read_session, and at no other tool", async () => {
  const { client } = await connectServer();
  const { tools } = await client.listTools();
  expect(tools.filter(({ _meta }) => _meta !== undefined).map(({ name, _meta }) => ({ name, _meta }))).toEqual([{ name: "read_session", _meta: { ui: { resourceUri: uri } } }]);
});

it("gives the page as a resource that is a whole document, and lists it nowhere", async () => {
  const { client } = await connectServer();
  const { contents } = await client.readResource({ uri });
  const text = (contents[0] as { text: string }).text;
  expect(contents).toEqual([{ uri, mimeType: "text/html;profile=mcp-app", text, _meta: { ui: { prefersBorder: true } } }]);
  expect(text).toMatch(/^<!doctype html>\n<html lang="en">[\s\S]*<\/html>\n$/);
  // It loads nothing: there is one script, and it stands inside.
  expect(text.match(/<script/g)).toHaveLength(1);
  expect(text).not.toMatch(/\b(?:src|href)="|@import|\burl\(|https?:\/\//);
  expect(text.length).toBeLessThan(60_000);
  const { resources } = await client.listResources();
  const { resourceTemplates } = await client.listResourceTemplates();
  expect(JSON.stringify([resources, resourceTemplates])).not.toContain("ui://");
  await expect(client.readResource({ uri: "ui://session-log/other.html" })).rejects.toThrow("Resource not found");
});
