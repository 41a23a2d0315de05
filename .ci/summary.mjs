/** Sums vitest's JSON reports into the last line of a run. No report, no test or a failure make it fail. */
import { existsSync, readFileSync } from "node:fs";

const sum = { passed: 0, failed: 0, skipped: 0 };
let complete = true;
for (const path of process.argv.slice(2)) {
  if (!existsSync(path)) {
    console.log(`no report ${path.split("/").at(-1)}: its tests did not run`);
    complete = false;
    continue;
  }
  const report = JSON.parse(readFileSync(path, "utf8"));
  if (report.numTotalTests === 0) console.log(`${path.split("/").at(-1)} holds no test`);
  complete &&= report.success && report.numTotalTests > 0;
  sum.passed += report.numPassedTests;
  sum.failed += report.numFailedTests;
  sum.skipped += report.numPendingTests + report.numTodoTests;
  // A file that does not even load has no tests to count: it is one failure.
  sum.failed += report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  ).length;
}
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ""}`);
process.exitCode = complete && sum.failed === 0 ? 0 : 1;
