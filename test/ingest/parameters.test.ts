import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SpanList } from "../../src/ingest/entry.ts";
import { decodeParameters } from "../../src/ingest/parameters.ts";
import { bytesOf } from "./reading.ts";

function decode(text: string): (string | null)[] | false {
  const bytes = bytesOf(text);
  const list: SpanList = { count: 0, bounds: new Int32Array(2) };
  if (!decodeParameters(bytes, 0, bytes.length, list)) return list.count === 0 ? false : ["left over"];
  return Array.from({ length: list.count }, (_, index) =>
    list.bounds[index * 2] === -1
      ? null
      : new TextDecoder().decode(bytes.subarray(list.bounds[index * 2], list.bounds[index * 2 + 1])),
  );
}

describe("logged parameters", () => {
  test("PostgreSQL's DETAIL", () => {
    expect(decode("parameters: $1 = '1', $2 = NULL, $3 = 'a, $4 = ''b''', $4 = ''")).toEqual([
      "1",
      null,
      "a, $4 = 'b'",
      "",
    ]);
    expect(decode("Parameters: $1 = 'long te...'")).toEqual(["long te..."]);
  });

  test("any texts, quoted as PostgreSQL quotes them", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string({ unit: "grapheme" })), { minLength: 1, maxLength: 12 }), (values) => {
        const quoted = values.map(
          (value, index) => `$${index + 1} = ${value === null ? "NULL" : `'${value.replaceAll("'", "''")}'`}`,
        );
        expect(decode(`parameters: ${quoted.join(", ")}`)).toEqual(values);
      }),
    );
  });

  test("a JSON array: strings unescaped, numbers with every digit, nested values as their text", () => {
    expect(decode('["a\\"b\\u00e9\\n", 9007199254740993, 1.50, null, "null", true, [1, "]"], {"a": "}"}]')).toEqual([
      'a"bé\n',
      "9007199254740993",
      "1.50",
      null,
      "null",
      "true",
      '[1, "]"]',
      '{"a": "}"}',
    ]);
    expect(decode("[]")).toEqual([]);
    expect(decode('["\\ud83d\\ude00 \\ud83d x"]'), "half a surrogate pair is no character").toEqual(["😀 \ufffd x"]);
  });

  test("any JSON array of texts", () => {
    const text = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(fc.array(fc.option(text)), (values) => {
        expect(decode(JSON.stringify(values))).toEqual(values);
        const escaped = JSON.stringify(values).replace(
          /[^\0-\x7f]/g,
          (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
        );
        expect(decode(escaped)).toEqual(values);
      }),
    );
  });

  test.each(["", "nothing here", "$1 = 'open", "$2 = '1'", "$1 = '1' and more", '["open', "[1, 2", "[1,,2]", "[1 2]]"])(
    "%j gives none",
    (text) => expect(decode(text)).toBe(false),
  );
});
