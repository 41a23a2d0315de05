import { describe, expect, it } from "vitest";
import { detectFormat } from "../../../src/ingest/detect.ts";
import type { LogEntry } from "../../../src/ingest/entry.ts";
import { formats } from "../../../src/ingest/formats.ts";

const head = (text: string) => ({ bytes: new TextEncoder().encode(text), atEnd: true, name: "rows" });

/** Columns, and each row's values; undefined is NULL. */
function rowsOf(text: string, forced = false) {
  const detection = detectFormat(head(text), forced ? { format: "data-set" } : {});
  const reader = formats[detection.format].createReader(detection);
  const rows: (string | undefined)[][] = [];
  const bytes = new TextEncoder().encode(text);
  const visit = ({ bytes: at, keys }: LogEntry) => {
    rows.push(
      Array.from({ length: keys.count }, (_, column) => {
        const start = keys.bounds[2 * column]!;
        return start < 0 ? undefined : new TextDecoder().decode(at.subarray(start, keys.bounds[2 * column + 1]));
      }),
    );
  };
  reader.read(bytes, detection.dataStart, bytes.length, true, 0, visit, () => {});
  return { format: detection.format, columns: detection.keyColumns, rows };
}

describe("a data set", () => {
  it("is CSV with a header that names a key, and neither SQL nor operations", () => {
    expect(rowsOf('id,name\n1,"a, b"\n9007199254740993,\n')).toEqual({
      format: "data-set",
      columns: ["id", "name"],
      rows: [
        ["1", "a, b"],
        ["9007199254740993", undefined],
      ],
    });
  });

  it("is JSON lines; fields of an object inside have dotted paths, numbers keep every digit", () => {
    expect(
      rowsOf(
        '{"_id": {"$oid": "aa"}, "n": 12345678901234567890, "tags": [1]}\n{"_id": {"$oid": "b\\"b"}, "n": null}\n',
      ),
    ).toEqual({
      format: "data-set",
      columns: ["_id.$oid", "n"],
      rows: [
        ["aa", "12345678901234567890"],
        ['b"b', undefined],
      ],
    });
  });

  it("is a JSON array", () => {
    expect(rowsOf('[{"order_id": 1}, {"order_id": 2}]').rows).toEqual([["1"], ["2"]]);
  });

  it("is any CSV with a header when told so", () => {
    expect(() => rowsOf("a,b\n1,2\n")).toThrow("no column of SQL");
    expect(rowsOf("a,b\n1,2\n", true).rows).toEqual([["1", "2"]]);
  });

  it.each([
    ["a query log", "time,sql,user_id\n2024-01-01,SELECT 1,2\n", "csv"],
    ["an access log", "time,operation,table,user_id\n2024-01-01,read,users,2\n", "access-log"],
    ["JSON lines with SQL", '{"query": "SELECT * FROM t", "id": 1}\n', "jsonl"],
  ])("is not %s", (_, text, format) => {
    expect(detectFormat(head(text)).format).toBe(format);
  });

  it("judges 64 columns at most, and says so", () => {
    const names = Array.from({ length: 70 }, (_, index) => `c${index}_id`);
    const detection = detectFormat(head(`${names.join(",")}\n${names.map(() => 1).join(",")}\n`));
    expect(detection.keyColumns.length).toBe(64);
    expect(detection.notes).toContain("the first 64 of its 70 columns are judged");
  });
});
