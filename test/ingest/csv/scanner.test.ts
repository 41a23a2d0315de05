import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, test } from "vitest";
import { CsvScanner, undoubleQuotes, unescapeBackslashes } from "../../../src/ingest/csv/scanner.ts";
import { bytesOf } from "../reading.ts";

/** All records, as text. A malformed one becomes its reason. */
function scan(text: string, delimiter = ",", newline = "\n"): (string[] | string)[] {
  const bytes = bytesOf(text);
  const scanner = new CsvScanner(delimiter.charCodeAt(0), newline.charCodeAt(0));
  scanner.open(bytes, bytes.length, true);
  const records: (string[] | string)[] = [];
  for (let position = 0; position < bytes.length;) {
    const next = scanner.next(position);
    expect(next).toBeGreaterThan(position);
    const fields = Array.from({ length: scanner.fieldCount }, (_, index) => {
      const [start, end] = [scanner.starts[index]!, scanner.ends[index]!];
      return new TextDecoder().decode(
        bytes.subarray(start, scanner.quoting[index] === 2 ? undoubleQuotes(bytes, start, end) : end),
      );
    });
    records.push(scanner.malformed ?? fields);
    position = next;
  }
  return records;
}

describe("CSV scanner, RFC 4180", () => {
  test("plain and quoted fields, commas and newlines inside quotes, doubled quotes", () => {
    expect(scan('1,"a, b",c\n2,"two\nlines","say ""hi"""\n')).toEqual([
      ["1", "a, b", "c"],
      ["2", "two\nlines", 'say "hi"'],
    ]);
  });

  test("the CR of CRLF belongs to the line end, a CR elsewhere to the field", () => {
    expect(scan('a,b\r\n"c","d"\r\ne\rf,g\r\n')).toEqual([
      ["a", "b"],
      ["c", "d"],
      ["e\rf", "g"],
    ]);
  });

  test("CR alone can end lines", () => {
    expect(scan('a,b\r"c\rd",e\r', ",", "\r")).toEqual([
      ["a", "b"],
      ["c\rd", "e"],
    ]);
  });

  test("the last record needs no newline, and empty fields are fields", () => {
    expect(scan(",a,\nb,,")).toEqual([
      ["", "a", ""],
      ["b", "", ""],
    ]);
    expect(scan('"x"\r')).toEqual([["x"]]);
  });

  test("a quote inside an unquoted field is an ordinary byte", () => {
    expect(scan('a"b,c""d\n')).toEqual([['a"b', 'c""d']]);
  });

  test("text behind a closing quote, and a quote never closed, are faults of the record", () => {
    expect(scan('1,"a"b,c\n2,d,e\n')).toEqual(["text after a closing quote", ["2", "d", "e"]]);
    expect(scan('1,"a\n2,b\n')).toEqual(["unterminated quoted field"]);
  });

  test("a doubled quote far from the next one", () => {
    const far = "x".repeat(200);
    expect(scan(`"a ""b"" ${far} ""c""",d\n"""${far}",e`)).toEqual([
      [`a "b" ${far} "c"`, "d"],
      [`"${far}`, "e"],
    ]);
  });

  test("fields longer than the walk, both with and without quotes", () => {
    const long = "x".repeat(1_000_000);
    expect(scan(`${long},"${long}",${long}\n${long},b,c`)).toEqual([
      [long, long, long],
      [long, "b", "c"],
    ]);
  });

  test("an incomplete record is left for later, wherever the bytes end", () => {
    const text = '1,"a ""b"" c",some longer text without quotes,"d"\r\n';
    for (let length = 0; length < text.length; length++) {
      const bytes = bytesOf(text.slice(0, length));
      const scanner = new CsvScanner(44, 10);
      scanner.open(bytes, length, false);
      expect(scanner.next(0), `after ${length} bytes`).toBe(-1);
    }
  });

  test("reads what papaparse reads, for any fields, delimiter and line ending", () => {
    const field = fc.oneof(
      fc.string({ unit: fc.constantFrom("a", '"', ",", ";", "\t", "\n", "\r", " ", "é", "\0", "1"), maxLength: 40 }),
      fc.string({ unit: fc.constantFrom("b", "c"), minLength: 20, maxLength: 60 }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(field, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(",", ";", "\t", "|"),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.boolean(),
        (records, delimiter, newline, quotes) => {
          const text = Papa.unparse(records, { delimiter, newline, quotes });
          const expected = Papa.parse<string[]>(text, { delimiter, newline, skipEmptyLines: false }).data;
          expect(expected).toEqual(records); // the oracle agrees with itself
          expect(scan(text, delimiter, newline === "\r" ? "\r" : "\n")).toEqual(records);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("with backslash escapes, what was escaped comes back, in pieces of any size", () => {
    const field = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\\", "\t", "N", "\r"), maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(field, fc.boolean()), { minLength: 1, maxLength: 6 }),
        fc.nat(80),
        (fields, known) => {
          const escaped = fields.map(([text, quoted]) => {
            const body = text.replace(/[\\"]/g, "\\$&").replace(/[\n\r]/g, (sign) => (sign === "\n" ? "\\n" : "\\r"));
            return quoted ? `"${body}"` : body.replaceAll(",", "\\,");
          });
          const bytes = bytesOf(`${escaped.join(",")}\n`);
          const scanner = new CsvScanner(44, 10, 10, true);
          const length = Math.min(known, bytes.length - 1);
          scanner.open(bytes, length, false);
          expect(scanner.next(0)).toBe(-1);
          scanner.open(bytes, bytes.length, false);
          expect(scanner.next(0)).toBe(bytes.length);
          const texts = fields.map((_, index) => {
            const [start, end] = [scanner.starts[index]!, scanner.ends[index]!];
            const resolved = scanner.quoting[index] === 3 ? unescapeBackslashes(bytes, start, end) : end;
            return new TextDecoder().decode(bytes.subarray(start, resolved));
          });
          expect(texts).toEqual(fields.map(([text]) => text));
        },
      ),
    );
  });
});
