import type { ColumnType } from "../../sql/schema.ts";
import type { ExportRequest, Exported, Gap, ShardedTable } from "../exported.ts";
import { jsonFile } from "../json-file.ts";
import { keyTypesKnown } from "../key-types-known.ts";

/**
 * A CloudFormation template: the shard key is the partition key, the rest of the primary key the sort key.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
 */
export function exportDynamodb(request: ExportRequest): Exported {
  const gaps: Gap[] = [
    {
      what: "DynamoDB hashes the partition key itself and adds partitions by size and load; the number of shards is not set",
    },
  ];
  const resources: Record<string, object> = {};
  for (const table of request.sharded) {
    const resource = resourceOf(table, gaps);
    if (resource !== undefined) resources[logicalId(table.name, resources)] = resource;
  }
  for (const { name } of [...request.reference, ...request.unsharded])
    gaps.push({
      table: name,
      what: "DynamoDB has neither reference nor unsharded tables: it is left out; a small table is often an item that is cached",
    });
  const template = { AWSTemplateFormatVersion: "2010-09-09", Resources: resources };
  return { files: [jsonFile("tables.json", template)], gaps };
}

function resourceOf(table: ShardedTable, gaps: Gap[]): object | undefined {
  const { name, shardKey, definition } = table;
  const partition = attribute(shardKey, keyTypesKnown(table));
  if (partition === undefined) {
    gaps.push({
      table: name,
      what: `a partition key is a string, number or binary, and ${shardKey.join(", ")} is none: it is left out`,
    });
    return undefined;
  }
  if (shardKey.length > 1)
    gaps.push({
      table: name,
      what: `the partition key is one attribute: write ${shardKey.join(", ")} into "${partition.AttributeName}", joined by #`,
    });
  const rest = (definition?.primaryKey ?? []).filter((column) => !shardKey.includes(column));
  const sort = attribute(
    rest,
    rest.map((column) => definition!.columns.get(column)?.type ?? "text"),
  );
  if (rest.length > 1 && sort !== undefined)
    gaps.push({
      table: name,
      what: `the sort key is one attribute: write ${rest.join(", ")} into "${sort.AttributeName}", joined by #`,
    });
  if (definition !== undefined && definition.primaryKey === undefined)
    gaps.push({
      table: name,
      what: "it has no primary key in the schema: rows with the same shard key overwrite each other",
    });
  for (const unique of definition?.uniqueKeys ?? [])
    gaps.push({
      table: name,
      what: `no unique key on (${unique.join(", ")}); a transaction with a second item can stand for it`,
    });
  const attributes = sort === undefined ? [partition] : [partition, sort];
  return {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: attributes,
      KeySchema: attributes.map(({ AttributeName }, index) => ({
        AttributeName,
        KeyType: index === 0 ? "HASH" : "RANGE",
      })),
    },
  };
}

function attribute(
  columns: readonly string[],
  types: readonly ColumnType[],
): { readonly AttributeName: string; readonly AttributeType: "S" | "N" | "B" } | undefined {
  if (columns.length === 0) return undefined;
  if (columns.length > 1) return { AttributeName: columns.join("#"), AttributeType: "S" };
  const type = attributeTypes[types[0]!];
  return type === undefined ? undefined : { AttributeName: columns[0]!, AttributeType: type };
}

/** Key attributes are strings, numbers or binary. */
const attributeTypes: Readonly<Record<ColumnType, "S" | "N" | "B" | undefined>> = {
  int16: "N",
  int32: "N",
  int64: "N",
  decimal: "N",
  float: "N",
  text: "S",
  uuid: "S",
  bytes: "B",
  boolean: undefined,
  date: "S",
  timestamp: "S",
  other: "S",
};

/** Letters and digits only, as CloudFormation asks; a number behind it keeps two names apart. */
function logicalId(name: string, taken: Readonly<Record<string, object>>): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const id = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("") || "Table";
  let free = id;
  for (let number = 2; Object.hasOwn(taken, free); number++) free = `${id}${number}`;
  return free;
}
