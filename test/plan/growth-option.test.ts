import { expect, test } from "vitest";
import { parseGrowth } from "../../src/plan/growth-option.ts";

const exactly = (value: number) => ({ value: expect.closeTo(value, 9), low: expect.closeTo(value, 9), high: expect.closeTo(value, 9) });

test("percentages compound, anything else is added", () => {
  expect(parseGrowth("writes 8%/month, reads 5%/month, data 40GB/month")).toEqual({
    writes: { kind: "compound", perMonth: exactly(0.08) },
    reads: { kind: "compound", perMonth: exactly(0.05) },
    data: { kind: "absolute", perMonth: exactly(40e9) },
  });
});

test("periods are brought to months: a load that doubles in a year grows by 5.95 % a month", () => {
  expect(parseGrowth("reads 100%/year")).toEqual({ reads: { kind: "compound", perMonth: exactly(2 ** (1 / 12) - 1) } });
  expect(parseGrowth("connections 36/quarter").connections).toEqual({ kind: "absolute", perMonth: exactly(12) });
  expect(parseGrowth("data 1GiB/day").data).toEqual({ kind: "absolute", perMonth: exactly((2 ** 30 * 365.25) / 12) });
  expect(parseGrowth("writes 120/min/month").writes).toEqual({ kind: "absolute", perMonth: exactly(2) });
});

test("a range is an interval, and what shrinks is written with a minus", () => {
  expect(parseGrowth("writes 6..10%/month").writes!.perMonth).toEqual({
    value: expect.closeTo(0.08, 9),
    low: expect.closeTo(0.06, 9),
    high: expect.closeTo(0.1, 9),
  });
  expect(parseGrowth("reads -50%/month").reads!.perMonth).toEqual(exactly(-0.5));
});

test.each([
  ["writes 40GB/month", '--growth:1:10: writes don\'t grow by "GB"', "such as writes 8%/month or 50/s/month"],
  ["reads 5%/month, data 3/s/month", '--growth:1:23: data don\'t grow by "/s"', "such as data 3%/month or 40GB/month"],
  ["writes 8%/fortnight", '--growth:1:11: "fortnight" is no period of growth', expect.stringContaining("month")],
  ["writes 8%", '--growth:1:8: "8%" is no growth by the month', "such as writes 8%/month or 50/s/month"],
  ["writes", "--growth:1:7: by how much writes grow is missing", "such as writes 8%/month or 50/s/month"],
  ["reads 5%/month,\nwirtes 8%/month", '--growth:2:1: "wirtes" is nothing that grows here', expect.stringContaining('did you mean "writes"?')],
  ["reads 5%/month, ", "--growth:1:17: a quantity with its growth is missing", expect.any(String)],
  ["", "--growth:1:1: a quantity with its growth is missing", expect.any(String)],
  ["8%/month", "--growth:1:1: what grows is missing", expect.any(String)],
  ["reads 200/month", "--growth:1:7: reads need a unit", "such as reads 5%/month or 200/s/month"],
  ["data 40/month", "--growth:1:6: data need a unit", "such as data 3%/month or 40GB/month"],
  ["reads 5%/month, reads 6%/month", '--growth:1:17: "reads" is given twice', "give each quantity once"],
  ["reads 10..5%/month", "--growth:1:7: the range ends below its beginning, 5 below 10", "swap them"],
  ["reads -100%/month", "--growth:1:7: -100 % leaves nothing to grow", expect.any(String)],
  ["writes 50kg/s/month", '--growth:1:10: writes don\'t grow by "kg/s"', expect.any(String)],
])("refuses %j in one sentence with its place", (text, message, hint) => {
  expect(() => parseGrowth(text)).toThrow(expect.objectContaining({ message, hint, exitCode: 2 }));
});
