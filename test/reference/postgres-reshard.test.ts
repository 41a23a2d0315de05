import { expect, it } from "vitest";
import { withPostgres } from "../../samples/make/postgres.mjs";
import { isUnknown, type Measured } from "../../src/reshard/reshard-plan.ts";
import { design, keysOf, planFor } from "../reshard/key-sets.ts";

// A real PostgreSQL carries out what the plan says: a million rows from 8 to 12 hash partitions.

interface Client {
  query(sql: string): Promise<{ rows: Record<string, string>[] }>;
  end(): Promise<void>;
}

const rowCount = 1_000_000;
/** Accounts of 1 to 7 rows, with gaps: what a reader of a plan has, a file of keys with counts. */
const account = "(i * 2654435761 % 250007)";

it("1,000,000 rows: rows per partition, and rows per pair of partitions when 8 become 12, are the predicted ones", async () => {
  await withPostgres(async ({ connect }: { connect: (login: object) => Promise<Client> }) => {
    const client = await connect({ user: "postgres", database: "postgres" });
    try {
      for (const [name, modulus] of [
        ["before", 8],
        ["after", 12],
      ] as const) {
        await client.query(`CREATE TABLE ${name} (account bigint, id bigint) PARTITION BY HASH (account)`);
        for (let remainder = 0; remainder < modulus; remainder++)
          await client.query(
            `CREATE TABLE ${name}_${remainder} PARTITION OF ${name} FOR VALUES WITH (MODULUS ${modulus}, REMAINDER ${remainder})`,
          );
      }
      await client.query(`INSERT INTO before SELECT ${account}, i FROM generate_series(1::bigint, ${rowCount}) i`);
      const counted = await client.query("SELECT account, count(*) n FROM before GROUP BY account");
      const keys = counted.rows.map(({ account: key, n }) => ({ key: [Number(key)], rows: Number(n) }));
      const plan = planFor(design("postgres", 8, "hash"), { shards: 12 }, keysOf(keys));
      const predicted = plan.tables[0]!.measures.rows;
      if (isUnknown(predicted)) throw new Error(predicted.unknown);
      expect(predicted.total).toBe(rowCount);

      expect(await rowsPerPartition(client, "before")).toEqual([...predicted.before.slice(0, 8)]);
      // The reshard itself; afterwards each row's two partitions stand side by side.
      await client.query("INSERT INTO after SELECT * FROM before");
      expect(await rowsPerPartition(client, "after")).toEqual([...predicted.after]);
      expect(await rowsPerPair(client)).toEqual(pairsOf(predicted));
    } finally {
      await client.end();
    }
  });
}, 180_000);

async function rowsPerPartition(client: Client, table: string): Promise<number[]> {
  const { rows } = await client.query(
    `SELECT split_part(tableoid::regclass::text, '_', 2)::int p, count(*) n FROM ${table} GROUP BY 1 ORDER BY 1`,
  );
  return rows.map(({ n }) => Number(n));
}

/** Rows that are in another partition now, by the number of the old and of the new one. */
async function rowsPerPair(client: Client): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query(
    `SELECT split_part(b.tableoid::regclass::text, '_', 2) f, split_part(a.tableoid::regclass::text, '_', 2) t, count(*) n
     FROM before b JOIN after a USING (id) GROUP BY 1, 2`,
  );
  return new Map(rows.filter(({ f, t }) => f !== t).map(({ f, t, n }) => [`${f!} to ${t!}`, Number(n)]));
}

const pairsOf = ({ transfers }: Measured): ReadonlyMap<string, number> =>
  new Map(transfers.map(({ from, to, amount }) => [`${from} to ${to}`, amount]));
