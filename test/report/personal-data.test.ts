import { expect, test } from "vitest";
import { standInOf } from "../../src/advice/key-text.ts";
import { renderJson } from "../../src/report/render-json.ts";
import { renderMarkdown } from "../../src/report/render-markdown.ts";
import { renderTerminal } from "../../src/report/render-terminal.ts";
import type { Report } from "../../src/report/schema.ts";
import type { Statements } from "../analyze/hand-made-workload.ts";
import { reportOf } from "./sample-report.ts";

const hostile = "eve+\u001b[31m`|<b>@secret.example";
/** Half of all accesses ask for one address, so that it is in the evidence and in a finding. */
const logins: readonly Statements[] = [
  {
    shape: "read users email=",
    count: 1000,
    values: (nth) => [nth % 2 === 0 ? hostile : `u${nth}@secret.example`],
    text: "SELECT * FROM users WHERE email = ?",
  },
];

const renderings = (report: Report): readonly string[] => [
  renderTerminal(report, { width: 200, color: false, all: true, unicode: true }),
  renderJson(report),
  renderMarkdown(report),
];

test("an e-mail address is nowhere in the report, its stand-in is", () => {
  const standIn = standInOf(`text:${hostile}`)!;
  expect(standIn).toMatch(/^text [0-9a-f]{6} \(29 characters\)$/);
  for (const text of renderings(reportOf(logins))) {
    expect(text).not.toMatch(/secret|eve\+/);
    // Markdown escapes the parentheses.
    expect(text.replaceAll("\\", "")).toContain(standIn);
  }
});

test("with literals it is shown, fit for the terminal", () => {
  const [terminal, json] = renderings(reportOf(logins, undefined, true));
  expect(terminal).toContain("'eve+`|<b>@secret.example' gets 50 % of the accesses");
  expect(JSON.parse(json!).tables[0].candidates[0].keyCharacteristics.mostCommonValues[0].value[0]).toBe(
    `text:${hostile}`,
  );
});

test("ids, numbers, dates and truth values are no personal data; texts and bytes may be", () => {
  for (const id of [
    "int:42",
    "decimal:1.5",
    "uuid:00000000-0000-0000-0000-000000000000",
    "date:2024-02-29",
    "boolean:true",
    "null:",
  ] as const)
    expect(standInOf(id)).toBeUndefined();
  expect(standInOf("text:42")).toMatch(/^text [0-9a-f]{6} \(2 characters\)$/);
  expect(standInOf("bytes:6576")).toMatch(/^bytes [0-9a-f]{6} \(2 bytes\)$/);
});

test("one value has one stand-in, in this version and the next; others have others", () => {
  expect(standInOf("text:a")).toBe("text ae87b3 (1 character)");
  expect(new Set(Array.from({ length: 1000 }, (_, nth) => standInOf(`text:u${nth}@x`))).size).toBeGreaterThan(998);
});
