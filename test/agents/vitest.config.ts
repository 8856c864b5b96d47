import { defineConfig } from "vitest/config";

// Files of their own ending, so that `npm test` never starts an agent.
export default defineConfig({
  test: {
    include: ["test/agents/*.agent.ts"],
    testTimeout: 120_000,
    disableConsoleIntercept: true,
  },
});
