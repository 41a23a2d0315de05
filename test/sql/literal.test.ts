import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AssertionError } from "../../src/base/assert.ts";
import { decodeLiteral, literalForm } from "../../src/sql/literal.ts";
import { templateOf } from "../../src/sql/template-of.ts";
import type { Dialect } from "../../src/sql/template.ts";

/** The one value in `select <written>`. */
const value = (written: string, dialect: Dialect) => {
  const { literals } = templateOf(`select ${written}`, dialect);
  expect(literals).toHaveLength(1);
  return literals[0]![0];
};

// Expected values: PostgreSQL 4.1.2 Constants; PostgreSQL 16 release notes for 0x, 0o, 0b and underscores.
describe("PostgreSQL's", () => {
  test.each([
    ["9007199254740993", "9007199254740993"],
    ["-12", "-12"],
    ["+7", "7"],
    ["007", "007"],
    ["1.50", "1.50"],
    [".5", ".5"],
    ["-2.5e-10", "-2.5e-10"],
    ["0xFFFFFFFFFFFFFFFF", "18446744073709551615"],
    ["-0b101", "-5"],
    ["0o17", "15"],
    ["1_500_000", "1500000"],
  ])("number %s is %s", (written, text) => expect(value(written, "postgres")).toEqual({ kind: "number", text }));

  test.each([
    ["'it''s'", "it's"],
    ["'a\\n'", "a\\n"],
    ["'naïve ☃'", "naïve ☃"],
    ["E'a\\'b\\n\\\\ ''c'''", "a'b\n\\ 'c'"],
    ["E'\\101\\x42\\u0043\\U00000044 \\q'", "ABCD q"],
    ["E'\\xc3\\xa9'", "é"],
    ["E'\\uD83D\\uDE00'", "😀"],
    ["U&'d\\0061t\\+000061 \\\\'", "data \\"],
    ["$$it's$$", "it's"],
    ["$x$a $$ b$x$", "a $$ b"],
    ["B'0101'", "0101"],
    ["X'1fAB'", "1fab"],
    ["N'x'", "x"],
    ["'a'\n 'b' -- joined\n 'c'", "abc"],
    ["E'\\x41'\n'\\x42'", "AB"],
  ])("string %s is %s", (written, text) => expect(value(written, "postgres")).toEqual({ kind: "string", text }));
});

// Expected values: MySQL 8.4 manual, 11.1.1 String Literals, 11.1.4 Hexadecimal Literals.
describe("MySQL's", () => {
  test.each([
    ["'it''s'", "it's"],
    ["'it\\'s \\\"x\\\" \\n\\t\\0\\Z\\\\'", 'it\'s "x" \n\t\0\u001a\\'],
    ["'50\\% \\_'", "50\\% \\_"],
    ['"say ""hi"" \'x\'"', "say \"hi\" 'x'"],
    ["_utf8mb4'x'", "x"],
    ["n'x'", "x"],
    ["0x1FaB", "1fab"],
    ["x'1FaB'", "1fab"],
    ["0b101", "101"],
    ["'a' \"b\"  'c\\'s'", "abc's"],
  ])("string %s is %s", (written, text) => expect(value(written, "mysql")).toEqual({ kind: "string", text }));
});

test("bytes that are no UTF-8 are replaced, not refused", () => {
  const bytes = Uint8Array.of(0x61, 0xff, 0xfe, 0x62);
  expect(decodeLiteral(bytes, 0, 4, literalForm.string, "postgres")).toEqual({
    kind: "string",
    text: "a\ufffd\ufffdb",
  });
});

test("whatever a string holds comes back", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "'", "\\", '"', "\n", "é", "😀", "$", "-", "/", "*") });
  fc.assert(
    fc.property(text, (written) => {
      expect(value(`'${written.replaceAll("'", "''")}'`, "postgres")).toEqual({ kind: "string", text: written });
      expect(value(`E'${written.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`, "postgres")).toEqual({
        kind: "string",
        text: written,
      });
      expect(value(`'${written.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`, "mysql")).toEqual({
        kind: "string",
        text: written,
      });
      expect(value(`"${written.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`, "mysql")).toEqual({
        kind: "string",
        text: written,
      });
    }),
  );
});

test("a placeholder has no value to decode", () => {
  expect(() => decodeLiteral(Buffer.from("$1"), 1, 2, literalForm.parameter, "postgres")).toThrow(AssertionError);
});
