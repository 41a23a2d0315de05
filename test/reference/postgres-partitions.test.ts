import { expect, it } from "vitest";
import { withPostgres } from "../../samples/make/postgres.mjs";
import { shardMapOf } from "../../src/placement/shard-map-of.ts";
import type { ColumnType } from "../../src/sql/schema.ts";
import { type KeyValue, keyValueOf } from "../../src/workload/key-value.ts";

// A real PostgreSQL says where it puts rows; we must have said so before.

interface Client {
  query(sql: string): Promise<{ rows: Record<string, string>[] }>;
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
