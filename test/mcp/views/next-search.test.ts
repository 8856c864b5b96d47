import { expect, it } from "vitest";
import type { SearchHit, SearchPage } from "../../../src/schema/ports.js";
import { nextSearch } from "../../../src/mcp/views/next-search.js";

const nothing: SearchPage = { hits: [], total: 0, totalIsExact: true, excluded: 0, index: { complete: true, pendingBytes: 0 }, cursorAfter: [] };
const asked = { query: "needle", match: "words", sort: "recent", limit: 10, context: 0, max_bytes: 9000, case_sensitive: false, include_current: false };
const none = { asking: undefined, firstShortId: undefined };

it("leads to the first hit", () => {
  const hit = { sessionId: "s-long-id", seq: 41 } as SearchHit;
  expect(nextSearch(asked, { ...nothing, hits: [hit] }, { ...none, firstShortId: "s-long-i" })).toBe('read_session {"session_id":"s-long-i","around_seq":41}');
});

it("leads out of the workspace where the matches are, with the caller's other arguments and no defaults", () => {
  expect(nextSearch({ ...asked, workspace: ".", limit: 3, role: "user" }, { ...nothing, elsewhere: 2 }, none)).toBe('search_sessions {"query":"needle","limit":3,"role":"user"}');
});

it("asks again while not all is indexed", () => {
  expect(nextSearch(asked, { ...nothing, index: { complete: false, pendingBytes: 9 } }, none)).toBe('search_sessions {"query":"needle"}');
});

it("leads into the asking session where that was left out", () => {
  expect(nextSearch(asked, { ...nothing, excluded: 1 }, { ...none, asking: "s" })).toBe('search_sessions {"query":"needle","include_current":true}');
});

it("leaves out the filters that may have left out what was meant, and keeps place and form of the search", () => {
  const narrow = { ...asked, workspace: ".", role: "user", since: "2h", tool: undefined, limit: 3 };
  expect(nextSearch(narrow, nothing, none)).toBe('search_sessions {"query":"needle","limit":3,"workspace":"."}');
});

it("tries parts of words once, for a single word, and ends there", () => {
  expect(nextSearch(asked, nothing, none)).toBe('search_sessions {"query":"needle","match":"substring"}');
  expect(nextSearch({ ...asked, match: "substring" }, nothing, none)).toBeUndefined();
  expect(nextSearch({ ...asked, query: "two words" }, nothing, none)).toBeUndefined();
  expect(nextSearch({ ...asked, cursor: "c" }, nothing, none)).toBeUndefined();
});
