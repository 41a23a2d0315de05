import { defineConfig } from "vitest/config";

// Two suites: `unit` needs nothing but this repository; `reference` holds us to the answers of real
// routers and log readers, found in ../shared/reference (skipped with a line where absent, failing under CI=true).
export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/**/*.test.ts"], exclude: ["test/reference/**"], testTimeout: 60_000 } },
      { test: { name: "reference", include: ["test/reference/**/*.test.ts"], testTimeout: 300_000 } },
    ],
  },
});
