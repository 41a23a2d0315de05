import { expect, test } from "vitest";
import { detect, readAll } from "../reading.ts";

const log =
  'time,op,table,tenant_id,order_id,duration_ms\n2026-11-20 07:44:09,read,orders,7,,1.5\n2026-11-20 07:44:10,insert,"orders",8,9007199254740993,2\n';

test("operation, table and the rest as key columns, with every digit", () => {
  expect(detect(log)).toMatchObject({ format: "access-log", keyColumns: ["tenant_id", "order_id"] });
  const { entries } = readAll(log);
  expect(entries.map(({ operation, table, keys, duration }) => ({ operation, table, keys, duration }))).toEqual([
    { operation: "read", table: "orders", keys: ["7", null], duration: 1.5 },
    { operation: "insert", table: "orders", keys: ["8", "9007199254740993"], duration: 2 },
  ]);
});

test("columns of other names are named by flags", () => {
  const { entries } = readAll("what,where,id\nget,users,1\n", { columns: { operation: "what", table: "where" } });
  expect(entries).toMatchObject([{ operation: "get", table: "users", keys: ["1"] }]);
});

test("a record without a table or an operation is skipped", () => {
  expect(readAll("op,table,id\nread,t,1\n,t,1\nread,,1\n").skipped).toEqual(["21 no operation", "26 no table"]);
});
