import fc from "fast-check";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { displayWidth } from "../../src/report/display-width.ts";
import { renderTerminal } from "../../src/report/render-terminal.ts";
import { reportOf, shop } from "./sample-report.ts";

const plain = { width: 80, color: false, all: false, unicode: true };

test("the parts of the report, in order", () => {
  const headings = renderTerminal(reportOf(), plain)
    .split("\n")
    .filter((line) => /^\S/.test(line) && !/^(key|orders|customers|▸)/.test(line));
  expect(headings).toEqual([
    "What was read",
    "Do you need shards? no",
    "Shard keys, ranked  by what 4 shards carry; weighted by time spent",
    "Designs for 4 shards  6 designs, proven best",
    "What to do",
    "Findings  2 findings",
    "Transactions  under these keys",
    "What hurts most  statements that leave their shard under these keys",
  ]);
});

test("the best key comes first, with its figures", () => {
  const line = renderTerminal(reportOf(), plain)
    .split("\n")
    .find((text) => text.startsWith("▸ customer_id"));
  expect(line).toMatch(/^▸ customer_id +\S+ +997 +8 % +no +90\/0\/10 +1\.3 +1\.\d\d +\d\.\dx$/);
});

test("every key under every strategy, and dropped keys with their reason, with all", () => {
  const text = renderTerminal(reportOf([...shop, { shape: "insert orders note=", count: 1, values: () => ["x"] }]), {
    ...plain,
    all: true,
  });
  for (const strategy of ["hash", "range", "consistent", "directory"])
    expect(text).toMatch(new RegExp(`customer_id +${strategy} `));
  expect(text).toContain("orders.note: in no predicate: inserted, but never searched by");
  // 500 of the 3,500 reads pin another column: (3,000 · 1 + 500 · 100) / 3,500.
  expect(text).toContain("orders.customer_id: reads 15.1, writes 1.0");
});

test("colours only when wanted, ASCII when nothing else is", () => {
  const coloured = renderTerminal(reportOf(), { ...plain, color: true });
  expect(coloured).toContain("\u001b[");
  expect(stripVTControlCharacters(coloured)).toBe(renderTerminal(reportOf(), plain));
  // eslint-disable-next-line no-control-regex
  expect(renderTerminal(reportOf(), { ...plain, unicode: false })).toMatch(/^[\n\x20-\x7e]*$/);
});

test("text of the log can't reach the terminal's controls", () => {
  const nasty = { ...shop[2]!, text: "SELECT '\u001b]0;title\u0007\u001b[31m' \u202e /* \r\n */ WHERE id = ?" };
  const text = renderTerminal(reportOf([shop[0]!, shop[1]!, nasty]), plain);
  // eslint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(text).toContain("WHERE id = ?");
});

test("no line is wider than the terminal, whatever the log says", () => {
  const name = fc.oneof(fc.stringMatching(/^[a-z_]{1,40}$/), fc.constantFrom("顧客番号", "größe_ß", "👩‍👩‍👧_key", "é"));
  const text = fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: "grapheme", maxLength: 100 }));
  fc.assert(
    fc.property(
      fc.integer({ min: 40, max: 200 }),
      name,
      name,
      text,
      fc.boolean(),
      (width, table, column, sql, all) => {
        const groups = [
          { shape: `read ${table} ${column}=`, count: 40, values: (nth: number) => [nth], text: sql },
          { shape: `read ${table} other=`, count: 40, values: (nth: number) => [nth], text: `${sql} ${sql}` },
        ];
        for (const line of renderTerminal(reportOf(groups), { width, color: false, all, unicode: true }).split(
          "\n",
        )) {
          expect(displayWidth(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
        }
      },
    ),
    { numRuns: 60 },
  );
});
