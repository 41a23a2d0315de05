import { expect, test } from "vitest";
import { renderMarkdown } from "../../src/report/render-markdown.ts";
import { reportOf, shop } from "./sample-report.ts";

test("tables have as many cells in every row as in their head", () => {
  const blocks = renderMarkdown(reportOf())
    .trimEnd()
    .split("\n\n")
    .filter((block) => block.startsWith("|"));
  expect(blocks.length).toBeGreaterThan(3);
  for (const block of blocks) {
    const cells = block.split("\n").map((row) => row.replaceAll("\\|", "").split("|").length);
    expect(new Set(cells).size, block).toBe(1);
  }
});

test("text of the log can't become markup, end a cell or a code span", () => {
  const nasty = { ...shop[2]!, text: "SELECT `a`|``b`` <script>alert(1)</script> ![x](http://evil) WHERE id = ?" };
  const markdown = renderMarkdown(reportOf([shop[0]!, shop[1]!, nasty]));
  expect(markdown).toContain("```SELECT `a`\\|``b`` <script>alert(1)</script> ![x](http://evil) WHERE id = ?```");
  // Outside code, nothing of it is left as it was.
  const outsideCode = markdown.replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, "");
  expect(outsideCode).not.toContain("<script>");
  expect(outsideCode).not.toContain("](http");
});

test("names with markup are escaped", () => {
  const markdown = renderMarkdown(reportOf([{ shape: "read a_b*c d|e=", count: 50, values: (nth) => [nth] }]));
  expect(markdown).toContain("### a\\_b\\*c");
  expect(markdown).toContain("`d\\|e`");
});
