import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { listedTool } from "../../../src/mcp/tool-calls.js";
import { tools } from "../../../src/mcp/tools/catalogue.js";

const folder = fileURLToPath(new URL("../../../src/mcp/tools", import.meta.url));
const listed = tools.map(listedTool);

describe("the catalogue of tools", () => {
  it("holds each tool file once, named after its tool", () => {
    const files = readdirSync(folder).filter((file) => file !== "catalogue.ts").map((file) => file.replace(/\.ts$/, ""));
    expect(tools.map(({ name }) => name.replaceAll("_", "-")).sort()).toEqual(files.sort());
  });

  it("stays under 20,000 characters as an answer of tools/list", () => {
    const total = JSON.stringify({ jsonrpc: "2.0", id: 1, result: { tools: listed } }).length;
    const costs = listed.map((tool) => `${tool.name} ${JSON.stringify(tool).length}`);
    console.log(`Characters in tools/list: ${[...costs, `in all ${total}`].join(", ")}`);
    expect(total).toBeLessThan(20_000);
  });
});

describe.each(listed)("$name", (tool) => {
  const properties = Object.entries((tool.inputSchema as { properties?: Record<string, Record<string, unknown>> }).properties ?? {});

  it("has a title, a description that stands alone and all annotations", () => {
    expect(tool.title).toMatch(/^[A-Z]/);
    expect(tool.description.length).toBeGreaterThan(80);
    expect(tool.description.length).toBeLessThan(1_100);
    expect(Object.entries(tool.annotations).filter(([, value]) => typeof value === "boolean").map(([name]) => name).sort()).toEqual(
      ["destructiveHint", "idempotentHint", "openWorldHint", "readOnlyHint"],
    );
    expect(tool.annotations.openWorldHint).toBe(false);
  });

  it("says the same of writing to the client and to the server", () => {
    expect(tools.find(({ name }) => name === tool.name)?.writes).toBe(!tool.annotations.readOnlyHint);
  });

  it("describes every property of a flat object that takes no others", () => {
    expect(tool.inputSchema).toMatchObject({ type: "object", additionalProperties: false });
    const undescribed = properties.filter(([, schema]) => !/\S/.test(String(schema["description"] ?? "")));
    const composed = properties.filter(([, schema]) => ["anyOf", "oneOf", "allOf", "$ref"].some((keyword) => keyword in schema));
    const records = properties.filter(([, schema]) => JSON.stringify(schema).includes('"object"')).map(([name]) => name);
    expect(undescribed).toEqual([]);
    expect(composed).toEqual([]);
    expect(records.filter((name) => name !== "event" && name !== "events")).toEqual([]);
  });

  it("has an output schema", () => expect(tool.outputSchema).toMatchObject({ type: "object" }));
});
