import { expect, test } from "vitest";
import {
  bytesText,
  countText,
  durationText,
  percentText,
  shortText,
  timesText,
  wholeText,
} from "../../src/report/number-text.ts";

test("numbers as people read them", () => {
  expect([0, 999, 1000, 1234567].map(wholeText)).toEqual(["0", "999", "1,000", "1,234,567"]);
  expect([9999, 12_345, 1_300_000, 25e9].map(countText)).toEqual(["9,999", "12 k", "1.3 M", "25 G"]);
  expect([5.94, 16, 120].map(timesText)).toEqual(["5.9x", "16.0x", "120x"]);
  expect([0, 0.0214, 2.14, 17.3].map(shortText)).toEqual(["0", "0.021", "2.1", "17"]);
  expect([0.5, 90, 600, 86_400, 864_000].map(durationText)).toEqual(["500 ms", "90 s", "10 min", "24 h", "10 days"]);
  expect([17, 109_000, 2_500_000].map(bytesText)).toEqual(["17 B", "109 kB", "2.5 MB"]);
});

test("a share is never 0 for something, nor 100 for not all", () => {
  expect([0, 0.004, 0.5, 0.996, 1].map(percentText)).toEqual(["0 %", "<1 %", "50 %", ">99 %", "100 %"]);
});
