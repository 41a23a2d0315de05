import type { ExportRequest, Exported, Gap, PlainTable } from "../exported.ts";
import { jsonFile } from "../json-file.ts";
import { holds } from "../keys-across-shards.ts";

/**
 * Containers as the REST API takes them; several columns are a hierarchical key of at most three levels.
 * https://learn.microsoft.com/en-us/rest/api/cosmos-db/create-a-collection
 */
export function exportCosmosdb(request: ExportRequest): Exported {
  const gaps: Gap[] = [
    { what: "Cosmos DB adds physical partitions by size and throughput; the number of shards is not set" },
  ];
  const containers = request.sharded.flatMap((table) => {
    if (table.shardKey.length <= 3) return [container(table, table.shardKey, gaps)];
    gaps.push({
      table: table.name,
      what: `a hierarchical partition key has at most three levels, not ${table.shardKey.length}: it is left out`,
    });
    return [];
  });
  for (const { name, definition } of [...request.reference, ...request.unsharded]) {
    const key = definition?.primaryKey ?? ["id"];
    gaps.push({
      table: name,
      what: `Cosmos DB has neither reference nor unsharded containers: it is partitioned by ${key[0]!}`,
    });
    containers.push(container({ name, definition }, key.slice(0, 1), gaps));
  }
  return { files: [jsonFile("containers.json", containers)], gaps };
}

function container({ name, definition }: PlainTable, key: readonly string[], gaps: Gap[]): object {
  const unique: object[] = [];
  for (const columns of [
    ...(definition?.primaryKey === undefined ? [] : [definition.primaryKey]),
    ...(definition?.uniqueKeys ?? []),
  ]) {
    const rest = columns.filter((column) => !key.includes(column));
    if (!holds(columns, key))
      gaps.push({ table: name, what: `(${columns.join(", ")}) is unique within one ${key.join(", ")} only` });
    if (rest.length > 0) unique.push({ paths: rest.map(path) });
  }
  return {
    id: name,
    partitionKey: { paths: key.map(path), kind: key.length > 1 ? "MultiHash" : "Hash", version: 2 },
    ...(unique.length > 0 && { uniqueKeyPolicy: { uniqueKeys: unique } }),
  };
}

/** A name with a sign that means something in a path stands in quotes. */
const path = (column: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(column) ? `/${column}` : `/${JSON.stringify(column)}`;
