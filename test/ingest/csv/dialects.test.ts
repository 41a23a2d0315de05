import { describe, expect, test } from "vitest";
import { detectFormat } from "../../../src/ingest/detect.ts";
import { formats } from "../../../src/ingest/formats.ts";

/** With every sign of any dialect in them, and a line break. */
const statements = [
  "SELECT * FROM t WHERE id = 1",
  `SELECT "a", 'it''s' FROM t WHERE b = ';' AND c = '|' AND d = ','`,
  "UPDATE t\nSET a = '\t' WHERE id IN (1, 2)",
  "SELECT 'C:\\\\n' FROM t",
];

/** How programs write a field: quotes are doubled, or stand behind a backslash as backslashes do. */
const escapes = {
  doubled: (text: string, quote: string) => text.replaceAll(quote, quote + quote),
  backslash: (text: string, quote: string) => text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`),
};

const dialects = [",", ";", "|", "\t"].flatMap((delimiter) =>
  ['"', "'"].flatMap((quote) =>
    (["doubled", "backslash"] as const).flatMap((escape) => ["\n", "\r\n"].map((newline) => ({ delimiter, quote, escape, newline }))),
  ),
);

function sqlOf(text: string, options: Parameters<typeof detectFormat>[1] = {}): readonly string[] {
  const bytes = new TextEncoder().encode(text);
  const detection = detectFormat({ bytes, atEnd: true, name: "log" }, options);
  const found: string[] = [];
  const skipped: string[] = [];
  formats[detection.format]
    .createReader(detection)
    .read(
      bytes,
      detection.dataStart,
      bytes.length,
      true,
      0,
      ({ bytes: own, sql }) => void found.push(new TextDecoder().decode(own.subarray(sql.start, sql.end))),
      (_, reason) => void skipped.push(reason),
    );
  expect(skipped).toEqual([]);
  return found;
}

describe("CSV of any dialect", () => {
  test.each(dialects)("between $delimiter, in $quote, $escape, $newline", ({ delimiter, quote, escape, newline }) => {
    const field = (text: string): string => quote + escapes[escape](text, quote) + quote;
    const lines = statements.map((sql, n) => [`2026-01-01 00:00:0${n}`, `${n}.5`, field(sql)].join(delimiter));
    expect(sqlOf([["time", "duration_ms", "sql"].join(delimiter), ...lines, ""].join(newline))).toEqual(statements);
    // Statements first, and every field in quotes.
    const quoted = statements.map((sql, n) => [sql, `2026-01-01 00:00:0${n}`].map(field).join(delimiter));
    expect(sqlOf([["sql", "time"].map(field).join(delimiter), ...quoted, ""].join(newline))).toEqual(statements);
  });

  test("a delimiter that nobody guesses is told", () => {
    expect(sqlOf("time\x01sql\n2026-01-01\x01SELECT 1 FROM t\n", { delimiter: "\x01" })).toEqual(["SELECT 1 FROM t"]);
    expect(sqlOf("time^sql\n2026-01-01^SELECT 1 FROM t\n", { delimiter: "^" })).toEqual(["SELECT 1 FROM t"]);
  });

  test("values in single quotes beside statements that are not stay as they are", () => {
    expect(sqlOf(`params,sql\n'a',"SELECT ""x"" FROM t WHERE a = $1"\n'b',SELECT y FROM t WHERE a = $1\n`)).toEqual([
      'SELECT "x" FROM t WHERE a = $1',
      "SELECT y FROM t WHERE a = $1",
    ]);
  });
});
