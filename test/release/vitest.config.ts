import { defineConfig } from "vitest/config";

// Files of their own ending: they pack and install, which takes too long for `npm test`.
export default defineConfig({
  test: {
    include: ["test/release/*.release.ts"],
    testTimeout: 180_000,
  },
});
