import { expect, test } from "vitest";
import { clipped, displayWidth, wrapped } from "../../src/report/display-width.ts";
import { plainText } from "../../src/report/plain-text.ts";

test("cells, not characters", () => {
  expect(displayWidth("abc")).toBe(3);
  expect(displayWidth("±·…−▸ß")).toBe(6);
  expect(displayWidth("顧客")).toBe(4);
  expect(displayWidth("e\u0301")).toBe(1);
  expect(displayWidth("👩‍👩‍👧")).toBe(2);
});

test("lines break at spaces, but not between a number and its unit", () => {
  expect(wrapped("a share of 25 % is even", 12)).toEqual(["a share of", "25 % is even"]);
  expect(wrapped("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrapped("abcdefgh", 3)).toEqual(["abc", "def", "gh"]);
  expect(wrapped("", 3)).toEqual([""]);
});

test("what is too long is cut, with a sign", () => {
  expect(clipped("abcdef", 4)).toBe("abc…");
  expect(clipped("顧客番号", 5)).toBe("顧客…");
});

test("control characters, escape sequences and turned writing go", () => {
  expect(plainText("a\u001b[31mb\u0007\r\n\tc\u202ed")).toBe("ab cd");
});
