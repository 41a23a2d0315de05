import type { ExportRequest, Exported, Gap, ShardedTable } from "../exported.ts";
import { holds } from "../keys-across-shards.ts";
import { keyTypesKnown } from "../key-types-known.ts";
import { gapText } from "../sql-script.ts";
import { splitTuples } from "../sql-value.ts";
import { textOfKey, typeOfKey, type KeyValue } from "../../workload/key-value.ts";

/**
 * A script for mongosh, to be run against the database of the collections.
 * https://www.mongodb.com/docs/manual/reference/method/sh.shardCollection/
 */
export function exportMongodb({ design, sharded, reference, unsharded }: ExportRequest): Exported {
  const gaps: Gap[] = [];
  const collections = sharded.flatMap((table) => ["", ...shardCollection(table, design.shards, gaps)]);
  if (reference.length > 0) {
    const names = reference.map(({ name }) => name).join(", ");
    gaps.push({
      what: `${names}: MongoDB copies no collection to every shard; it stays on the primary shard, and $lookup fetches from there`,
    });
  }
  if (unsharded.length > 0) {
    const names = unsharded.map(({ name }) => name).join(", ");
    gaps.push({ what: `${names}: unsharded, so nothing is done; it stays on the primary shard` });
  }
  const comment = (text: string) => `// ${text.replaceAll(/\s+/g, " ")}`;
  const head = [
    "MongoDB: mongosh mongodb://ROUTER/DATABASE shard-collections.js",
    ...gaps.map((gap) => `Left open: ${gapText(gap)}`),
  ].map(comment);
  const text = [...head, "", "const database = db.getName();", "sh.enableSharding(database);", ...collections];
  return { files: [{ name: "shard-collections.js", text: `${text.join("\n")}\n` }], gaps };
}

function shardCollection(table: ShardedTable, shards: readonly string[], gaps: Gap[]): readonly string[] {
  const { name, shardKey, strategy, options, definition } = table;
  const hashed = strategy === "hash";
  // One field of a shard key can be hashed (MongoDB 4.4); the others order what has the same hash.
  const fields = shardKey.map((column, index) => `${JSON.stringify(column)}: ${hashed && index === 0 ? '"hashed"' : "1"}`);
  const key = `{ ${fields.join(", ")} }`;
  if (hashed && shardKey.length > 1)
    gaps.push({ table: name, what: `one field can be hashed: ${shardKey[0]!} is, the rest orders what has one value of it` });
  const collection = `db.getCollection(${JSON.stringify(name)})`;
  const namespace = `\`\${database}.\${${JSON.stringify(name)}}\``;
  for (const unique of definition?.uniqueKeys ?? []) {
    const kept = !hashed && holds(unique.slice(0, shardKey.length), shardKey);
    if (kept) continue;
    gaps.push({
      table: name,
      what: `no unique index on (${unique.join(", ")}): one must begin with a ranged shard key`,
    });
  }
  const chunks = hashed && options.slots !== undefined ? `, false, { numInitialChunks: ${options.slots} }` : "";
  return [
    `${collection}.createIndex(${key});`,
    `sh.shardCollection(${namespace}, ${key}${chunks});`,
    ...(hashed ? [] : splitAndMove(table, namespace, shards, gaps)),
  ];
}

function splitAndMove(
  table: ShardedTable,
  namespace: string,
  shards: readonly string[],
  gaps: Gap[],
): readonly string[] {
  const { name, shardKey, options } = table;
  if (options.splits === undefined) {
    gaps.push({
      table: name,
      what: "the design gives no splits: it starts as one chunk, which the balancer cuts as it grows",
    });
    return [];
  }
  return splitTuples(options.splits, keyTypesKnown(table), name).flatMap((split, index) => {
    const fields = shardKey.map(
      (column, at) => `${JSON.stringify(column)}: ${split[at] === undefined ? "MinKey" : value(split[at])}`,
    );
    const bound = `{ ${fields.join(", ")} }`;
    return [
      `sh.splitAt(${namespace}, ${bound});`,
      `sh.moveChunk(${namespace}, ${bound}, ${JSON.stringify(shards[index + 1]!)});`,
    ];
  });
}

function value(key: KeyValue): string {
  const text = textOfKey(key);
  switch (typeOfKey(key)) {
    case "null":
      return "null";
    case "int":
      return `NumberLong(${JSON.stringify(text)})`;
    case "decimal":
      return `NumberDecimal(${JSON.stringify(text)})`;
    case "float":
    case "boolean":
      return text;
    case "uuid":
      return `UUID(${JSON.stringify(text)})`;
    case "bytes":
      return `HexData(0, ${JSON.stringify(text)})`;
    case "date":
      return `ISODate(${JSON.stringify(`${text}T00:00:00Z`)})`;
    case "timestamp":
      return `ISODate(${JSON.stringify(text)})`;
    case "text":
      return JSON.stringify(text);
  }
}
