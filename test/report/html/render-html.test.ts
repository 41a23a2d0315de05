import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderHtml } from "../../../src/report/html/render-html.ts";
import type { Report } from "../../../src/report/schema.ts";
import { reportOf, shop } from "../sample-report.ts";

/** The tags of a page in their order: all that a browser builds of it. */
const skeleton = (page: string): readonly string[] =>
  [...page.replace(/<style>[^]*?<\/style>/, "").matchAll(/<\/?[a-z][a-z0-9]*|<!doctype/gi)].map(([tag]) => tag);

/** The report with every text that can come from a log replaced. */
function poisoned(value: unknown, text: string, name = ""): unknown {
  if (typeof value === "string") return foreign.has(name) ? text : value;
  if (Array.isArray(value)) return value.map((item) => poisoned(item, text, name));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, poisoned(item, text, key)]));
}
const foreign = new Set(["template", "templates", "input", "example", "reason", "evidence", "whatToDo", "against", "digest", "warnings", "headline", "sentence"]);

describe("the page", () => {
  test("is one whole document with a title, a landmark for each part, and no script", () => {
    const page = renderHtml(reportOf());
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    for (const tag of ["<header>", "<nav ", "<main ", "<footer>"]) expect(page.split(tag)).toHaveLength(2);
    expect(page).not.toMatch(/<script|javascript:|https?:|undefined|NaN|\[object/);
    expect(page).toContain("default-src 'none'");
  });

  test("is the same for the same report", () => expect(renderHtml(reportOf())).toBe(renderHtml(reportOf())));

  test("shows every value with its place in the JSON", () => {
    const report = reportOf();
    const data = [...renderHtml(report).matchAll(/data-path="([^"]*)" data-value="([^"]*)"/g)];
    expect(data.length).toBeGreaterThan(100);
    for (const [, path, value] of data) {
      const own = path!
        .split("/")
        .slice(1)
        .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], report);
      expect(`${path} ${String(own)}`).toBe(`${path} ${value}`);
    }
  });

  test("says unknown with the reason where the log does not tell", () => {
    const page = renderHtml(reportOf([{ shape: "read t a=", count: 300 }]));
    expect(page).toContain("The values of this key are not in the log.");
    expect(renderHtml(reportOf(shop, (workload) => ({ ...workload, span: undefined })))).toContain(
      "<strong>The load over time: unknown.</strong> The log has no times.",
    );
    expect(renderHtml(reportOf([]))).toContain("no statement of the log reaches a table".replace(/^n/, "N"));
  });

  test("whatever a log says, the page has the same elements", () => {
    const report = reportOf();
    const whole = skeleton(renderHtml(poisoned(report, "plain") as Report));
    const hostile = fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
      fc.constantFrom(
        "</code></table><script>alert(1)</script>",
        `" onmouseover="alert(1)`,
        "<!-- ",
        "]]>",
        "&lt;script&gt;",
        "\u001b]0;x\u0007<b>",
        "'; DROP TABLE users; --",
        "\u2028</style><style>*{display:none}",
      ),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        expect(skeleton(renderHtml(poisoned(report, text) as Report))).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });
});
