import fc from "fast-check";
import { expect, test } from "vitest";
import { guessTypes, keyArray, readKey } from "../../../src/cli/placing/key-reader.ts";
import { columnTypeNames } from "../../../src/placement/table-options.ts";

const scalar = fc.oneof(fc.string({ unit: "binary" }), fc.bigInt(), fc.boolean(), fc.constant(null));
const jsonOf = (value: unknown): string => (typeof value === "bigint" ? String(value) : JSON.stringify(value));

test("an array of scalars is read like JSON, but with every digit", () => {
  fc.assert(
    fc.property(fc.array(scalar, { minLength: 1 }), fc.constantFrom(",", " , ", ",\t"), (values, comma) => {
      expect(keyArray(` [${values.map(jsonOf).join(comma)} ] `)).toEqual(
        values.map((value) =>
          value === null
            ? { kind: "null" }
            : { kind: typeof value === "bigint" ? "number" : "string", text: String(value) },
        ),
      );
    }),
  );
});

test("any other text is no array", () => {
  for (const text of [
    "",
    "[",
    "[]",
    "[1",
    "[1,]",
    "[01]",
    "[a]",
    "['a']",
    '["\\x"]',
    "[[1]]",
    "[1] 2]",
    '["a" "b"]',
    "{}",
    "1",
    "[nul]",
    "[+1]",
  ]) {
    expect(keyArray(text), text).toBeUndefined();
  }
});

test("a key of one column is the text itself, unless it is an array of one value", () => {
  expect(readKey("[a", ["text"], "")).toEqual(["text:[a"]);
  expect(readKey('["[1]"]', ["text"], "")).toEqual(["text:[1]"]);
  expect(readKey("[null]", ["text"], "")).toEqual(["null:"]);
  expect(readKey("9007199254740993", ["int64"], "")).toEqual(["int:9007199254740993"]);
  expect(readKey('[9007199254740993, "x", 0.10]', ["int64", "text", "decimal"], "")).toEqual([
    "int:9007199254740993",
    "text:x",
    "decimal:0.1",
  ]);
  expect(() => readKey("[1, 2]", ["int64"], "stdin:3: ")).toThrow('stdin:3: "[1, 2]" is no key of one column');
});

test("types are told column by column, and are those that the target takes", () => {
  expect(guessTypes(['[1, "2"]', "[null, 7]", '[3, "x"]'], columnTypeNames)).toEqual(["int64", "text"]);
  expect(guessTypes(["1", "2"], ["text", "uuid"])).toEqual(["text"]);
  expect(guessTypes(["[null]"], columnTypeNames)).toEqual(["text"]);
});
