import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findFile } from "../../src/ingest/discover.js";
import { NativeReader } from "../../src/ingest/native-reader.js";
import { NativeRoot } from "../../src/ingest/native-root.js";
import { tempDir } from "../helpers/temp-dir.js";
import { acme } from "./acme.js";

it("reads a document that did not change no second time", () => {
  const dir = tempDir();
  const path = join(dir, "s/doc.json");
  mkdirSync(join(dir, "s"));
  let bytes = 0;
  const counting: typeof acme = {
    ...acme,
    parse(state, chunk, options) {
      bytes += chunk.length;
      return acme.parse(state, chunk, options);
    },
  };
  const write = (...says: string[]): number => {
    const text = JSON.stringify(says.map((say) => ({ id: say, say })));
    writeFileSync(path, text);
    return text.length;
  };
  const first = write("one");
  const found = findFile(new NativeRoot(counting, dir), path);
  if (!found) throw new Error("The document is not there");
  const reader = new NativeReader(found);
  const read = (final: boolean) => [...reader.read(final, () => undefined)].map(({ origin }) => origin);
  expect(read(false)).toEqual(["start/0", "one/0"]);
  expect([read(false), read(false), read(true)]).toEqual([[], [], []]);
  expect(bytes).toBe(first);
  const second = write("one", "two");
  expect(read(false)).toEqual(["start/0", "one/0", "two/0"]);
  expect(bytes).toBe(first + second);
});
