import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { tempDir } from "../helpers/temp-dir.js";
import { bridgeToHttp } from "./http-bridge.js";
import { newerClientsThere, runClient } from "./newer-clients.js";
import { plantedServer } from "./planted-home.js";

interface Check {
  id: string;
  status: string;
}

const revisions = ["2025-11-25", "2026-07-28"] as const;
const baselineOf = (revision: string): string => fileURLToPath(new URL(`conformance-${revision}.yml`, import.meta.url));
const expectedFailuresOf = (revision: string): string[] => readFileSync(baselineOf(revision), "utf8").split("\n").filter((line) => line.trimStart().startsWith("- "));

test.each(revisions.flatMap(expectedFailuresOf))("the expected failure «%s» says why", (line) => {
  expect(line).toMatch(/^ {2}- [a-z0-9-]+:[a-z0-9-]+ # \S.{10,}$/);
});

describe.skipIf(!newerClientsThere())("the conformance suite", () => {
  test.each(revisions)("finds what the revision %s requires of a server, but for what the baseline explains", async (revision) => {
    const url = await bridgeToHttp(await plantedServer());
    const results = join(tempDir(), "results");
    mkdirSync(results);
    const suite = await runClient("conformance", ["server", "--url", url, "--requirements", revision, "--expected-failures", baselineOf(revision), "--output-dir", results]);
    expect({ code: suite.code, said: suite.code === 0 ? "" : suite.stdout.slice(suite.stdout.indexOf("=== SUMMARY")) }).toEqual({ code: 0, said: "" });
    const scenarios = readdirSync(results).map((folder) => JSON.parse(readFileSync(join(results, folder, "checks.json"), "utf8")) as Check[]);
    const checks = scenarios.flat();
    const wire = checks.filter(({ id }) => id === "wire-schema-valid");
    expect(wire.length).toBeGreaterThan(20);
    expect(wire.filter(({ status }) => status !== "SUCCESS")).toEqual([]);
    const whole = scenarios.filter((scenario) => scenario.every(({ status }) => status !== "FAILURE"));
    const passed = checks.filter(({ status }) => status === "SUCCESS");
    console.log(
      `Conformance ${revision}: ${whole.length} of ${scenarios.length} scenarios and ${passed.length} of ${checks.length} checks passed, ${expectedFailuresOf(revision).length} failed as the baseline explains; ` +
        `in ${wire.length} scenarios every message of the server fits the published schema`,
    );
  });
});
