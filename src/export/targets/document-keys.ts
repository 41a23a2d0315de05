import type { ExportRequest, Exported, Gap, PlainTable, ShardedTable } from "../exported.ts";
import { jsonFile } from "../json-file.ts";

/**
 * Stores that place by the name of the key have no DDL: what makes the design so is how the application writes its
 * keys. `{column}` stands for a value.
 */
interface KeyNaming {
  readonly file: string;
  readonly settings: object;
  readonly keyOf: (table: ShardedTable, rest: readonly string[]) => string;
  readonly gaps: readonly Gap[];
  readonly gapOf: (table: ShardedTable, rest: readonly string[]) => string | undefined;
}

/** What is placed is the text between the first braces: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/ */
export const exportRedis = (request: ExportRequest): Exported =>
  keyNames(request, {
    file: "redis-keys.json",
    settings: { masters: request.design.shards.length, slots: 16_384 },
    keyOf: ({ name, shardKey }, rest) =>
      [`{<${shardKey[0]!}>}`, name, ...rest.map((column) => `<${column}>`)].join(":"),
    gaps: [{ what: "the braces of each key stay in it: they are Redis' hash tag; <column> stands for a value" }],
    gapOf: () => undefined,
  });

/** https://docs.couchbase.com/server/current/learn/buckets-memory-and-storage/vbuckets.html */
export const exportCouchbase = (request: ExportRequest): Exported =>
  keyNames(request, {
    file: "couchbase-keys.json",
    settings: { nodes: request.design.shards.length, vBuckets: 1024 },
    keyOf: ({ shardKey }) => `<${shardKey[0]!}>`,
    gaps: [{ what: "each table is a collection, and <column> stands for a value" }],
    gapOf: ({ shardKey }, rest) =>
      rest.length === 0
        ? undefined
        : `Couchbase hashes the whole document key: several rows of one ${shardKey[0]!} must be one document, or they are spread by (${[shardKey[0]!, ...rest].join(", ")})`,
  });

/** https://docs.riak.com/riak/kv/latest/learn/concepts/clusters/ */
export const exportRiak = (request: ExportRequest): Exported =>
  keyNames(request, {
    file: "riak-keys.json",
    settings: { nodes: request.design.shards.length, "ring_size (riak.conf)": 64 },
    keyOf: ({ shardKey }) => `<${shardKey[0]!}>`,
    gaps: [{ what: "each table is a bucket, which is hashed with the key: tables are not colocated" }],
    gapOf: ({ shardKey }, rest) =>
      rest.length === 0
        ? undefined
        : `Riak hashes bucket and key: several rows of one ${shardKey[0]!} must be one object, or they are spread by (${[shardKey[0]!, ...rest].join(", ")})`,
  });

function keyNames(request: ExportRequest, naming: KeyNaming): Exported {
  const gaps: Gap[] = [...naming.gaps];
  const keys: Record<string, string> = {};
  for (const table of request.sharded) {
    const rest = (table.definition?.primaryKey ?? []).filter((column) => !table.shardKey.includes(column));
    keys[table.name] = naming.keyOf(table, rest);
    const gap = naming.gapOf(table, rest);
    if (gap !== undefined) gaps.push({ table: table.name, what: gap });
  }
  for (const table of [...request.reference, ...request.unsharded]) {
    keys[table.name] = plainKey(table);
    gaps.push({
      table: table.name,
      what: "there are neither reference nor unsharded tables: its rows are spread by their own keys",
    });
  }
  return { files: [jsonFile(naming.file, { ...naming.settings, keys })], gaps };
}

const plainKey = ({ name, definition }: PlainTable): string =>
  [name, ...(definition?.primaryKey ?? ["id"]).map((column) => `<${column}>`)].join(":");
