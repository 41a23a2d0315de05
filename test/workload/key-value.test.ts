import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ColumnType } from "../../src/sql/schema.ts";
import {
  compareKeys,
  compareKeyValues,
  daysFromCivil,
  type KeyValue,
  keyValueOf,
  nullKey,
} from "../../src/workload/key-value.ts";

const number = (text: string, type: ColumnType) => keyValueOf({ kind: "number", text }, type);
const string = (text: string, type: ColumnType) => keyValueOf({ kind: "string", text }, type);

describe("The column's type decides what a literal is", () => {
  it("42, '42' and '+042' are one key of an integer column, and another one of a text column", () => {
    expect(number("42", "int64")).toBe("int:42");
    expect(string("42", "int32")).toBe("int:42");
    expect(string(" +042 ", "int16")).toBe("int:42");
    expect(number("42.0", "int64")).toBe("int:42");
    expect(number("4.2e1", "int64")).toBe("int:42");
    expect(number("0x2A", "int64")).toBe("int:42");
    expect(string("42", "text")).toBe("text:42");
    expect(string("+042", "text")).toBe("text:+042");
  });
  it("keeps every digit", () => {
    expect(number("9007199254740993", "int64")).toBe("int:9007199254740993");
    expect(number("-9223372036854775808", "int64")).toBe("int:-9223372036854775808");
    expect(number("-0", "int64")).toBe("int:0");
    expect(string("0.12345678901234567890", "decimal")).toBe("decimal:0.1234567890123456789");
  });
  it("writes decimals and floats one way", () => {
    expect(["1.50", "1.5", "+1.5", "15e-1", "01.5"].map((text) => number(text, "decimal"))).toEqual(
      Array(5).fill("decimal:1.5"),
    );
    expect(["-0.00", "0", ".0"].map((text) => number(text, "decimal"))).toEqual(Array(3).fill("decimal:0"));
    expect(number("12e3", "decimal")).toBe("decimal:12000");
    expect(string("nan", "decimal")).toBe("decimal:NaN");
    expect(number("1.10", "float")).toBe("float:1.1");
    expect(number("-0.0", "float")).toBe("float:0");
  });
  it("writes uuids, bytes and booleans one way", () => {
    const uuid = "uuid:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
    expect(string("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "uuid")).toBe(uuid);
    expect(string("{a0eebc999c0b4ef8bb6d6bb9bd380a11}", "uuid")).toBe(uuid);
    expect(string("\\xDEadbeef", "bytes")).toBe("bytes:deadbeef");
    expect(number("0xABC", "bytes")).toBe("bytes:0abc");
    expect(string("hé", "bytes")).toBe("bytes:68c3a9");
    expect(string("Yes", "boolean")).toBe("boolean:true");
    expect(number("0", "boolean")).toBe("boolean:false");
  });
  it("writes dates and timestamps one way, and takes time zones off", () => {
    expect(string("2024-2-29", "date")).toBe("date:2024-02-29");
    expect(string("20240229", "date")).toBe("date:2024-02-29");
    expect(string("2024-02-29 00:00:00", "date")).toBe("date:2024-02-29");
    expect(string("2024-02-29 12:34:56.789000", "timestamp")).toBe("timestamp:2024-02-29T12:34:56.789");
    expect(string("2024-02-29T12:34:56+02:00", "timestamp")).toBe("timestamp:2024-02-29T10:34:56");
    expect(string("2024-12-31 23:30:00-01", "timestamp")).toBe("timestamp:2025-01-01T00:30:00");
    expect(string("2024-02-29", "timestamp")).toBe("timestamp:2024-02-29T00:00:00");
    expect(string("1999-12-31 23:59:59.9999999", "timestamp")).toBe("timestamp:2000-01-01T00:00:00");
    expect(string("infinity", "date")).toBe("date:infinity");
  });
  it("knows what can't be a value of the type", () => {
    for (const [text, type] of [
      ["abc", "int64"],
      ["", "int64"],
      ["4 2", "int64"],
      ["1.5.", "decimal"],
      [".", "decimal"],
      ["x", "float"],
      ["a0eebc99", "uuid"],
      ["\\xabc", "bytes"],
      ["maybe", "boolean"],
      ["2023-02-29", "date"],
      ["2024-13-01", "date"],
      ["2024-01-01 10:00", "date"],
      ["2024-01-01 25:00", "timestamp"],
      ["yesterday", "timestamp"],
    ] as const) {
      expect([text, type, string(text, type)]).toEqual([text, type, undefined]);
    }
    expect(number("3.5", "int32")).toBeUndefined();
    expect(string("42.0", "int32")).toBeUndefined();
  });
  it("NULL is a key of every type, and columns of unknown types are keyed by their text", () => {
    expect(keyValueOf({ kind: "null" }, "int64")).toBe(nullKey);
    expect(string("10.0.0.1", "other")).toBe("text:10.0.0.1");
  });
  it("integers mean the same however they are written", () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.nat(5), (value, zeros) => {
        const digits = `${value < 0n ? "-" : "+"}${"0".repeat(zeros)}${value < 0n ? -value : value}`;
        expect(string(digits, "int64")).toBe(`int:${value}`);
        expect(number(`${value}.000`, "int64")).toBe(`int:${value}`);
      }),
    );
  });
  it("writes a key's text back to the same key", () => {
    const types = ["int64", "decimal", "float", "text", "uuid", "bytes", "boolean", "date", "timestamp"] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.oneof(
          fc.string(),
          fc
            .date({ noInvalidDate: true, min: new Date("1000-01-01"), max: new Date("9999-01-01") })
            .map((date) => date.toISOString()),
          fc.uuid(),
          fc.double().map(String),
        ),
        (type, text) => {
          const key = string(text, type);
          if (key === undefined || type === "bytes") return;
          expect(string(key.slice(key.indexOf(":") + 1), type)).toBe(key);
        },
      ),
    );
  });
});

describe("Keys have a total order", () => {
  const sorted = (keys: readonly KeyValue[]) => [...keys].sort(compareKeyValues);
  it("NULL first, numbers by value across types, text by UTF-8 bytes", () => {
    expect(sorted(["int:10", "int:9", "null:", "decimal:9.5", "int:-10", "float:NaN"])).toEqual([
      "null:",
      "int:-10",
      "int:9",
      "decimal:9.5",
      "int:10",
      "float:NaN",
    ]);
    expect(sorted(["text:a", "text:B", "text:é", "text:", "text:ab"])).toEqual([
      "text:",
      "text:B",
      "text:a",
      "text:ab",
      "text:é",
    ]);
    expect(sorted(["decimal:0.1", "decimal:0.1000000000000000055", "decimal:-2", "decimal:-10"])).toEqual([
      "decimal:-10",
      "decimal:-2",
      "decimal:0.1",
      "decimal:0.1000000000000000055",
    ]);
    expect(sorted(["date:10000-01-01", "date:9999-12-31", "date:infinity", "date:-infinity"])).toEqual([
      "date:-infinity",
      "date:9999-12-31",
      "date:10000-01-01",
      "date:infinity",
    ]);
    expect(sorted(["boolean:true", "boolean:false"])).toEqual(["boolean:false", "boolean:true"]);
  });
  it("agrees with big integers and with bytes", () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
        expect(Math.sign(compareKeyValues(`int:${a}`, `int:${b}`))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        expect(Math.sign(compareKeyValues(`text:${a}`, `text:${b}`))).toBe(
          Buffer.compare(Buffer.from(a), Buffer.from(b)),
        );
      }),
    );
  });
  it("is antisymmetric and transitive, and 0 for equal keys only", () => {
    const keys = fc.oneof(
      fc.bigInt({ min: -30n, max: 30n }).map((value): KeyValue => `int:${value}`),
      fc.integer({ min: -60, max: 60 }).map((half) => number(String(half / 2), "decimal")!),
      fc.constantFrom(...[0, 0.5, 3, -4, NaN]).map((value): KeyValue => `float:${value}`),
      fc.string({ maxLength: 2 }).map((text): KeyValue => `text:${text}`),
      fc.constantFrom<KeyValue>(
        "null:",
        "boolean:true",
        "date:2024-01-01",
        "timestamp:2024-01-01T00:00:00",
        "bytes:00",
      ),
    );
    fc.assert(
      fc.property(keys, keys, keys, (a, b, c) => {
        const [ab, bc, ac] = [compareKeyValues(a, b), compareKeyValues(b, c), compareKeyValues(a, c)];
        expect(Math.sign(ab) + Math.sign(compareKeyValues(b, a))).toBe(0);
        if (ab <= 0 && bc <= 0) expect(ac).toBeLessThanOrEqual(0);
        if (ab === 0) expect(a).toBe(b);
      }),
    );
  });
  it("compares compound keys column by column, a prefix before what is longer", () => {
    expect(compareKeys(["int:1", "int:9"], ["int:2", "int:0"])).toBeLessThan(0);
    expect(compareKeys(["int:1"], ["int:1", "null:"])).toBeLessThan(0);
    expect(compareKeys(["int:1", "text:a"], ["int:1", "text:a"])).toBe(0);
  });
});

describe("Civil days", () => {
  it("count like JavaScript's UTC dates", () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (date) => {
        const days = Math.floor(date.getTime() / 86_400_000);
        expect(daysFromCivil(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())).toBe(days);
      }),
    );
  });
});
