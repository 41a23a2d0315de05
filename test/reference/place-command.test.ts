import { expect, it } from "vitest";
import { Folder } from "../cli/run.ts";
import { describeReference, readReference } from "./reference.ts";

/**
 * The vectors of reference/placement through the command line: what a user types, and what comes out. The hash functions
 * themselves are held to every vector by placement-vectors.test.ts.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- every group of vectors has its own shape
type Json = any;
const load = (file: string): Json => JSON.parse(readReference(`placement/${file}`));
const vectorsOf = (id: string): Json[] =>
  load("target-vectors.json").groups.find((group: Json) => group.id === id).vectors;

interface Answer {
  readonly steps: Readonly<Record<string, string>>;
  readonly shard: number | string;
}

/** One call, any number of keys, each a list of values. Keys go as JSON arrays, which can hold NULL and any text. */
async function place(line: string, keys: readonly (readonly unknown[])[]): Promise<Answer[]> {
  const folder = new Folder();
  const words = keys.map((key) => JSON.stringify(key.map((value) => (value === null ? null : String(value)))));
  const { stdout, stderr, exitCode } = await folder.run(["place", ...line.split(" "), "--json", "-"], {
    input: `${words.join("\n")}\n`,
  });
  folder.remove();
  expect([line, stderr.replaceAll(/^note: .*\n/gm, ""), exitCode]).toEqual([line, "", 0]);
  const answers = stdout
    .split("\n")
    .slice(0, -1)
    .map((row) => JSON.parse(row) as Answer);
  expect(answers).toHaveLength(keys.length);
  return answers;
}

const stepsOf = async (
  line: string,
  step: string,
  keys: readonly (readonly unknown[])[],
): Promise<(string | undefined)[]> => (await place(line, keys)).map(({ steps }) => steps[step]);

/** Calls once for all vectors that differ in nothing but the key. */
async function grouped<T>(
  vectors: readonly T[],
  by: (vector: T) => string,
  check: (line: string, members: readonly T[]) => Promise<void>,
): Promise<void> {
  expect(vectors.length).toBeGreaterThan(0);
  const groups = new Map<string, T[]>();
  for (const vector of vectors) groups.set(by(vector), [...(groups.get(by(vector)) ?? []), vector]);
  for (const [line, members] of groups) await check(line, members);
}

const typeNames: Readonly<Record<string, string>> = {
  int: "int32",
  int2: "int16",
  int4: "int32",
  int8: "int64",
  int64: "int64",
  uint64: "int64",
  bigint: "int64",
  text: "text",
  varchar: "text",
  bpchar: "text",
  uuid: "uuid",
  numeric: "decimal",
  date: "date",
  timestamp: "timestamp",
  timestamptz: "timestamp",
  bool: "boolean",
  bytea: "bytes",
  varbinary: "bytes",
  float8: "float",
  float4: "float",
};
const typesOf = (types: readonly string[]): string =>
  types.map((type) => typeNames[type] ?? `no name for ${type}`).join(",");
/** char(n) is hashed without its padding. */
const textOf = (type: string, value: unknown): unknown =>
  type === "bpchar" && value !== null ? String(value).trimEnd() : value;
/** real and double precision round a fraction differently, so that such a key is refused. */
const isAmbiguous = ({ type, value }: Json): boolean =>
  String(type).startsWith("float") && !Object.is(Math.fround(Number(value)), Number(value));

describeReference("shardplan place", () => {
  it("--target postgres: partitions of one column, several, and NULL", async () => {
    const { hash_partition, hash_partition_multi, hash_partition_null_int4 } = load("postgres_hash.json");
    const cases = [
      ...hash_partition
        .map((vector: Json) => ({ ...vector, types: [vector.type], values: [textOf(vector.type, vector.value)] }))
        .filter((vector: Json) => !isAmbiguous(vector)),
      ...hash_partition_multi,
      { types: ["int4"], values: [null], remainder_by_modulus: hash_partition_null_int4 },
    ].flatMap(({ types, values, remainder_by_modulus }) =>
      Object.entries(remainder_by_modulus).map(([modulus, remainder]) => ({ types, values, modulus, remainder })),
    );
    const other = vectorsOf("pg-partition-placement");
    await grouped(
      [...cases, ...other],
      ({ types, modulus }) => `--target postgres --shards ${modulus} --type ${typesOf(types)}`,
      async (line, members) => {
        expect(
          (
            await place(
              line,
              members.map(({ values }) => values),
            )
          ).map(({ shard }) => shard),
          line,
        ).toEqual(members.map(({ remainder }) => remainder));
      },
    );
  });

  it("--target citus: hashes and shards", async () => {
    const { hash_functions, citus_golden } = load("postgres_hash.json");
    const hashed = [
      ...hash_functions,
      ...citus_golden.worker_hash.map((vector: Json) => ({ ...vector, hash32: vector.worker_hash })),
    ].filter((vector) => vector.value !== null && !isAmbiguous(vector));
    await grouped(
      hashed,
      ({ type }) => `--target citus --shards 32 --type ${typesOf([type])}`,
      async (line, members) => {
        const hashes = await stepsOf(
          line,
          "hash",
          members.map(({ type, value }) => [textOf(type, value)]),
        );
        expect(hashes, line).toEqual(members.map(({ hash32 }) => String(hash32)));
      },
    );
    const placed = [...citus_golden.shard_index, ...vectorsOf("citus-int4"), ...vectorsOf("citus-int8-boundary")];
    await grouped(
      placed,
      ({ shard_count }) => `--target citus --type int64 --shards ${shard_count}`,
      async (line, members) => {
        expect(
          (
            await place(
              line,
              members.map(({ value }) => [value]),
            )
          ).map(({ shard }) => shard),
        ).toEqual(members.map(({ shard_index }) => shard_index));
      },
    );
  });

  for (const vindex of [
    "hash",
    "numeric",
    "reverse_bits",
    "xxhash",
    "binary",
    "binary_md5",
    "unicode_loose_md5",
    "unicode_loose_xxhash",
  ]) {
    it(`--target vitess --hash ${vindex}`, async () => {
      const vectors = load("vitess_vindexes.json").vindexes[vindex].filter(
        ({ in: { type }, ksid }: Json) => type !== "null" && ksid !== null,
      );
      await grouped<Json>(
        vectors,
        ({ in: { type } }) =>
          `--target vitess --shards -80,80- --hash ${vindex} --type ${typesOf([type ?? "varchar"])}`,
        async (line, members) => {
          const keys = members.map(({ in: { value, hex } }) => [
            hex === undefined ? value : Buffer.from(hex, "hex").toString("utf8"),
          ]);
          const answers = await place(line, keys);
          expect(
            answers.map(({ steps }) => steps["keyspace id"]),
            line,
          ).toEqual(members.map(({ ksid }) => ksid));
          expect(answers.map(({ shard }) => shard)).toEqual(members.map(({ ksid }) => (ksid < "80" ? "-80" : "80-")));
        },
      );
    });
  }
  it("--target vitess --hash region_experimental", async () => {
    for (const bytes of [1, 2]) {
      const vectors = load("vitess_vindexes.json").vindexes[`region_experimental_${bytes}`].filter(
        ({ ksid }: Json) => ksid !== null,
      );
      const line = `--target vitess --shards 4 --hash region_experimental --set regionBytes=${bytes} --type int64,int64`;
      expect(
        await stepsOf(
          line,
          "keyspace id",
          vectors.map(({ in: values }: Json) => values.map(({ value }: Json) => value)),
        ),
      ).toEqual(vectors.map(({ ksid }: Json) => ksid));
    }
  });

  it("--target cassandra and scylladb: tokens of typed and compound keys", async () => {
    const { peer_run, golden_bytes, golden_composite } = load("cassandra_murmur3.json");
    const cases = [
      ...peer_run.map(({ type, value, token }: Json) =>
        type === "(int,text)"
          ? { types: ["int", "text"], values: JSON.parse(value), token }
          : { types: [type], values: [value], token },
      ),
      ...golden_bytes
        .filter(({ key_hex }: Json) => key_hex !== "")
        .map(({ key_hex, token }: Json) => ({ types: ["bytea"], values: [`\\x${key_hex}`], token })),
      ...golden_composite.map(({ composite_int, token }: Json) => ({
        types: composite_int.map(() => "int"),
        values: composite_int,
        token,
      })),
      ...vectorsOf("cassandra-composite").map(({ types, columns, token }) => ({ types, values: columns, token })),
    ];
    for (const target of ["cassandra", "scylladb"]) {
      await grouped<Json>(
        cases,
        ({ types }) => `--target ${target} --shards 6 --type ${typesOf(types)}`,
        async (line, members) => {
          expect(
            await stepsOf(
              line,
              "token",
              members.map(({ values }) => values),
            ),
            line,
          ).toEqual(members.map(({ token }) => token));
        },
      );
    }
  });

  it("--target yugabytedb: hash codes", async () => {
    const { vectors, multi_column } = load("yugabyte_hash_code.json");
    const cases = [
      ...[...vectors, ...vectorsOf("yb-hash-code")].map(({ type, value, hash }) => ({
        types: [type],
        values: [value],
        hash,
      })),
      ...multi_column,
    ];
    const taken = cases.filter(({ types }) => types.every((type: string) => !type.startsWith("float")));
    await grouped<Json>(
      taken,
      ({ types }) => `--target yugabytedb --shards 4 --type ${typesOf(types)}`,
      async (line, members) => {
        expect(
          await stepsOf(
            line,
            "hash code",
            members.map(({ values }) => values),
          ),
          line,
        ).toEqual(members.map(({ hash }) => String(hash)));
      },
    );
  });

  it("--target mongodb: hashes of numbers, text, booleans and dates", async () => {
    // A duration, a regular expression or a document is no value of a column.
    const typed = ({ value }: Json): [string, unknown] | undefined => {
      if (typeof value === "string") return ["text", value];
      if (typeof value === "boolean") return ["boolean", value];
      if (value === null) return ["int64", null];
      const number = value.$numberInt ?? value.$numberLong;
      if (number !== undefined) return ["int64", number];
      return value.$numberDouble === undefined ? undefined : ["float", value.$numberDouble];
    };
    const cases = load("mongodb_hashed.json").vectors.flatMap((vector: Json) =>
      typed(vector) === undefined ? [] : [{ ...vector, typed: typed(vector) }],
    );
    expect(cases.length).toBeGreaterThan(4);
    await grouped<Json>(
      cases,
      ({ typed: [type] }) => `--target mongodb --shards 4 --type ${type}`,
      async (line, members) => {
        expect(
          await stepsOf(
            line,
            "hash",
            members.map(({ typed: [, value] }) => [value]),
          ),
          line,
        ).toEqual(members.map(({ hash }) => hash));
      },
    );
  });

  it("--target redis: slots", async () => {
    const vectors = [
      ...load("redis_keyslot.json").vectors,
      ...["redis-slottable", "redis-keyslot-doc", "redis-moduleapi", "redis-hashtag-rules"].flatMap(vectorsOf),
    ];
    expect(
      await stepsOf(
        "--target redis --shards 3 --type text",
        "slot",
        vectors.map(({ key }) => [key]),
      ),
    ).toEqual(vectors.map(({ slot }) => String(slot)));
  });

  it("--target kafka: hashes and partitions", async () => {
    const { vectors, partition_mod_12 } = load("kafka_murmur2.json");
    expect(
      await stepsOf(
        "--target kafka --shards 5 --type text",
        "hash",
        vectors.map(({ key }: Json) => [key]),
      ),
    ).toEqual(vectors.map(({ murmur2 }: Json) => String(murmur2)));
    expect(
      (
        await place(
          "--target kafka --shards 12 --type text",
          partition_mod_12.map(({ key }: Json) => [key]),
        )
      ).map(({ shard }) => shard),
    ).toEqual(partition_mod_12.map(({ partition }: Json) => partition));
  });

  it("--target elasticsearch: hashes and shards", async () => {
    const { vectors } = load("elasticsearch_murmur3.json");
    expect(
      await stepsOf(
        "--target elasticsearch --shards 5 --type text",
        "hash",
        vectors.map(({ routing }: Json) => [routing]),
      ),
    ).toEqual(vectors.map(({ hash_i32 }: Json) => String(hash_i32)));
    await grouped(
      vectorsOf("es-shard"),
      ({ primaries, routing_shards }) =>
        `--target elasticsearch --type text --shards ${primaries} --set slots=${routing_shards}`,
      async (line, members) => {
        expect(
          (
            await place(
              line,
              members.map(({ routing }) => [routing]),
            )
          ).map(({ shard }) => shard),
          line,
        ).toEqual(members.map(({ shard }) => shard));
      },
    );
  });

  it("--target couchbase, riak, cosmosdb, spqr", async () => {
    await grouped(
      vectorsOf("couchbase-vbucket"),
      ({ num_vbuckets }) => `--target couchbase --shards 4 --type text --set slots=${num_vbuckets}`,
      async (line, members) => {
        expect(
          await stepsOf(
            line,
            "vBucket",
            members.map(({ key }) => [key]),
          ),
          line,
        ).toEqual(members.map(({ vbucket, num_vbuckets }) => `${vbucket} of ${num_vbuckets}`));
      },
    );
    await grouped(
      vectorsOf("riak-partitions"),
      ({ bucket, ring_size }) => `--target riak --shards 3 --type text --table ${bucket} --set slots=${ring_size}`,
      async (line, members) => {
        const names = (
          await stepsOf(
            line,
            "partition",
            members.map(({ key }) => [key]),
          )
        ).map((step) => step!.split(" ")[0]);
        expect(names, line).toEqual(members.map(({ partition }) => partition));
      },
    );
    const columnType = (component: Json): string =>
      typeof component === "string" ? "text" : typeof component === "boolean" ? "boolean" : "float";
    const plain = vectorsOf("cosmos-epk-v2").filter(
      ({ key }) =>
        key.length > 0 && key.every((component: Json) => typeof component !== "object" || component === null),
    );
    await grouped(
      plain,
      ({ key }) => `--target cosmosdb --shards 2 --type ${key.map(columnType).join(",")}`,
      async (line, members) => {
        expect(
          await stepsOf(
            line,
            "effective partition key",
            members.map(({ key }) => key),
          ),
          line,
        ).toEqual(members.map(({ epk }) => epk));
      },
    );
    for (const [hash, id] of [
      ["murmur", "spqr-murmur"],
      ["city", "spqr-city"],
    ] as const) {
      expect(
        await stepsOf(
          `--target spqr --shards sh1,sh2 --type int64 --hash ${hash}`,
          hash,
          vectorsOf(id).map(({ value }) => [value]),
        ),
      ).toEqual(vectorsOf(id).map((vector) => String(vector.hash)));
    }
    const routed = vectorsOf("spqr-routing");
    expect(
      (
        await place(
          "--target spqr --shards sh1,sh2 --type int64",
          routed.map(({ value }) => [value]),
        )
      ).map(({ shard }) => shard),
    ).toEqual(routed.map(({ shard }) => shard));
  });
});
