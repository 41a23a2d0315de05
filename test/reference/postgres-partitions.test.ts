import { expect, it } from "vitest";
import { withPostgres } from "../../samples/make/postgres.mjs";
import { postgresHash32 } from "../../src/placement/hashes/postgres.ts";
import { shardMapOf } from "../../src/placement/shard-map-of.ts";
import type { ColumnType } from "../../src/sql/schema.ts";
import { type KeyValue, keyValueOf } from "../../src/workload/key-value.ts";

// A real PostgreSQL says where it puts rows; we must have said so before.

interface Client {
  query(sql: string, values?: readonly string[]): Promise<{ rows: Record<string, string>[] }>;
  end(): Promise<void>;
}

/** Column types with an expression that makes a spread of values out of 1, 2, 3, ... */
const columns: readonly (readonly [declared: string, type: ColumnType, value: string])[] = [
  ["smallint", "int16", "(i * 31 % 65536 - 32768)::smallint"],
  ["integer", "int32", "hashint4(i)"],
  ["bigint", "int64", "hashint8extended(i, 7) >> (i % 60)"],
  [
    "text",
    "text",
    "repeat(md5(i::text), i % 4) || substr(md5((i * 7)::text), 1, i % 25) || repeat('ünï', (i % 3) / 2)",
  ],
  ["uuid", "uuid", "md5(i::text)::uuid"],
  [
    "numeric",
    "decimal",
    "case i % 40 when 0 then 'NaN' else hashint8extended(i, 1)::numeric / (10::numeric ^ (i % 30)) end",
  ],
  ["date", "date", "date '2000-01-01' + (hashint4(i) % 40000)"],
  [
    "timestamp",
    "timestamp",
    "timestamp '2000-01-01' + make_interval(secs => hashint8extended(i, 3) % 1000000000 / 1000.0)",
  ],
  ["bytea", "bytes", "decode(substr(md5(i::text), 1, 2 * (i % 16)), 'hex')"],
  ["boolean", "boolean", "i % 2 = 0"],
  ["double precision", "float", "hashint4(i) % 100000 / 4.0"],
];

/** Values at the edges of their types, as PostgreSQL reads them; each is shown by it in its own way. */
const edges: readonly (readonly [declared: string, type: ColumnType, values: readonly string[]])[] = [
  ["smallint", "int16", ["-32768", "32767", "0", "-1"]],
  ["integer", "int32", ["-2147483648", "2147483647", "0", "-1"]],
  ["bigint", "int64", ["-9223372036854775808", "9223372036854775807", "4294967296", "-4294967297", "9007199254740993"]],
  [
    "text",
    "text",
    ["", " ", "a ", "A", "é", "e\u0301", "ß", "İ", "日本語", "👩‍👩‍👧", "\t\n", "a'b\"c\\", "x".repeat(11), "x".repeat(12), "x".repeat(13), "y".repeat(5000), "\uffff"],
  ],
  ["varchar(20)", "text", ["", "abc", "abc  ", "ÄÖÜ"]],
  ["uuid", "uuid", ["00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}", "a0eebc999c0b4ef8bb6d6bb9bd380a11"]],
  [
    "numeric",
    "decimal",
    ["0", "-0.0", "0.000", "1", "1.0", "1.10", "-1.1", "10000", "10000.0001", "1e100", "1e-100", "NaN", "Infinity", "-Infinity", "12345678901234567890123456789.000000000987654321", "99999999", "0.0001", "0.00010"],
  ],
  ["date", "date", ["infinity", "-infinity", "0044-03-15 BC", "0001-01-01", "9999-12-31", "1999-12-31", "2000-01-01", "25000-06-01"]],
  [
    "timestamp",
    "timestamp",
    ["infinity", "-infinity", "2000-01-01 00:00:00", "1999-12-31 23:59:59.999999", "0044-03-15 12:00:00 BC", "2024-02-29 23:59:60", "294276-12-31 23:59:59.5", "1582-10-10 01:02:03.000001"],
  ],
  ["timestamptz", "timestamp", ["2000-01-01 00:00:00+00", "2024-03-31 02:30:00+02", "1900-01-01 00:00:00-11:30", "2024-01-01 12:00:00.5+05:45"]],
  ["bytea", "bytes", ["\\x", "\\x00", "\\xff00ff", "\\x000102030405060708090a0b0c0d0e0f"]],
  ["boolean", "boolean", ["t", "false", "on", "0"]],
  ["double precision", "float", ["0", "-0", "NaN", "Infinity", "-Infinity", "1.5", "-2.25e300", "1099511627776", "12345678"]],
  ["real", "float", ["0", "-0", "NaN", "Infinity", "1.5", "16777216", "-0.25"]],
];

function partitionsOf(types: readonly ColumnType[], modulus: number): (key: readonly KeyValue[]) => number {
  const shardKey = types.map((_, column) => `k${column}`);
  const table = { kind: "sharded", shardKey, strategy: "hash", colocatedWith: undefined, options: {} } as const;
  const shards = Array.from({ length: modulus }, (_, shard) => String(shard));
  return shardMapOf({ version: 1, target: "postgres", shards, tables: new Map([["t", table]]) }, "t", types).shardOf;
}

function key(text: string, type: ColumnType): KeyValue {
  const value = keyValueOf({ kind: "string", text }, type);
  if (value === undefined) throw new Error(`${text} is no ${type}`);
  return value;
}

async function partitioned(client: Client, name: string, declared: string, modulus: number): Promise<void> {
  const by = declared.split(", ").map((column) => column.split(" ")[0]);
  await client.query(`CREATE TABLE ${name} (${declared}) PARTITION BY HASH (${by.join(", ")})`);
  for (let remainder = 0; remainder < modulus; remainder++) {
    await client.query(
      `CREATE TABLE ${name}_${remainder} PARTITION OF ${name}
       FOR VALUES WITH (MODULUS ${modulus}, REMAINDER ${remainder})`,
    );
  }
}

it("every type's partition is the one that PostgreSQL chose", async () => {
  await withPostgres(async ({ connect }: { connect: (login: object) => Promise<Client> }) => {
    const client = await connect({ user: "postgres", database: "postgres" });
    try {
      for (const [index, [declared, type, value]] of columns.entries()) {
        await partitioned(client, `t${index}`, `k ${declared}`, 7);
        await client.query(`INSERT INTO t${index} SELECT ${value} FROM generate_series(1, 500) i`);
        const { rows } = await client.query(
          `SELECT k::text, split_part(tableoid::regclass::text, '_', 2) p FROM t${index}`,
        );
        expect(rows.length).toBe(500);
        const partitionOf = partitionsOf([type], 7);
        for (const { k, p } of rows)
          expect([declared, k, partitionOf([key(k!, type)])]).toEqual([declared, k, Number(p)]);
      }
      const wrong: unknown[] = [];
      for (const [index, [declared, type, values]] of edges.entries()) {
        await partitioned(client, `e${index}`, `k ${declared}`, 7);
        const partitionOf = partitionsOf([type], 7);
        for (const value of values) {
          await client.query(`INSERT INTO e${index} VALUES ($1)`, [value]);
          const { rows } = await client.query(
            `SELECT k::text, split_part(tableoid::regclass::text, '_', 2) p FROM e${index} WHERE k IS NOT DISTINCT FROM $1`,
            [value],
          );
          expect(rows.length).toBeGreaterThan(0);
          // As PostgreSQL shows it, and as the application wrote it.
          for (const { k, p } of rows)
            for (const text of new Set([k!, value])) {
              const known = keyValueOf({ kind: "string", text }, type);
              if (known === undefined) wrong.push([declared, text, "refused"]);
              else if (partitionOf([known]) !== Number(p)) wrong.push([declared, text, known, partitionOf([known]), Number(p)]);
            }
        }
      }
      // Years before Christ are refused, not misplaced.
      expect(wrong).toEqual([["date", "0044-03-15 BC", "refused"], ["timestamp", "0044-03-15 12:00:00 BC", "refused"]]);
      await partitioned(client, "pair", "a bigint, b text", 5);
      await client.query(
        "INSERT INTO pair SELECT nullif(i % 50, 7), nullif(md5(i::text), '') FROM generate_series(1, 300) i",
      );
      const pairs = await client.query("SELECT a::text, b, split_part(tableoid::regclass::text, '_', 2) p FROM pair");
      const partitionOfPair = partitionsOf(["int64", "text"], 5);
      for (const { a, b, p } of pairs.rows) {
        expect(partitionOfPair([a === null ? "null:" : key(a!, "int64"), key(b!, "text")])).toBe(Number(p));
      }
    } finally {
      await client.end();
    }
  });
}, 120_000);

/** The hash function of each type's default operator class, which Citus takes for a distribution column. */
const hashFunctions: Readonly<Record<string, string>> = {
  smallint: "hashint2",
  integer: "hashint4",
  bigint: "hashint8",
  text: "hashtext",
  uuid: "uuid_hash",
  numeric: "hash_numeric",
  date: "hashint4(k - date '2000-01-01')",
  timestamp: "timestamp_hash",
  "double precision": "hashfloat8",
};

it("the 32-bit hash of thousands of values is PostgreSQL's", async () => {
  await withPostgres(async ({ connect }: { connect: (login: object) => Promise<Client> }) => {
    const client = await connect({ user: "postgres", database: "postgres" });
    try {
      for (const [declared, type, value] of columns) {
        const named = hashFunctions[declared];
        if (named === undefined) continue;
        const call = named.includes("(") ? named : `${named}(k)`;
        const { rows } = await client.query(
          `SELECT k::text, ${call} h FROM (SELECT ${value} k FROM generate_series(1, 3000) i) s`,
        );
        expect(rows.length).toBe(3000);
        const wrong = rows.filter(({ k, h }) => postgresHash32(key(k!, type)) !== Number(h));
        expect([declared, wrong.slice(0, 3)]).toEqual([declared, []]);
      }
    } finally {
      await client.end();
    }
  });
}, 120_000);
