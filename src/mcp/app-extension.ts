/* MCP Apps (SEP-1865, revision 2026-01-26): a host that knows them shows the page of a tool beside what it answers; to all others they are nothing. */

/** Where the page is read. */
export const appUri = "ui://session-log/view.html";

/** What a page of an app is, by that specification. */
export const appMimeType = "text/html;profile=mcp-app";

/** The extension as capabilities name it. */
export const appExtension = { "io.modelcontextprotocol/ui": { mimeTypes: [appMimeType] } };

/** What a tool says whose answers the page can show. */
export const appToolMeta = { ui: { resourceUri: appUri } };
