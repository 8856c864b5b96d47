import { appMimeType } from "../app-extension.js";
import { defineResource } from "./resource.js";
import { resourceUris } from "./uri.js";

/**
 * The page of `view`, which a host of MCP Apps shows beside what `read_session` answers. It loads nothing and reaches nobody but its host, so that
 * it asks for no part of a content security policy. That specification lets such resources out of `resources/list`, where people would meet
 * markup among what they may give a model to read.
 */
export const viewResource = defineResource({
  kind: "view",
  mimeType: appMimeType,
  meta: { ui: { prefersBorder: true } },
  isUnlisted: true,
  entry: {
    uri: resourceUris.view,
    name: "view",
    title: "Session as a page",
    description: "Shows a session to people.",
    mimeType: appMimeType,
    audience: ["user"],
    priority: 0,
  },
  read: (_ref, { viewPage }) => viewPage(),
  watch: () => ({ start: () => () => undefined }),
});
