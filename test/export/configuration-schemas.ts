import { z } from "zod";

const name = z.string().min(1);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html */
export const cloudFormationSchema = z.strictObject({
  AWSTemplateFormatVersion: z.literal("2010-09-09"),
  Resources: z.record(
    z.string().regex(/^[A-Za-z0-9]+$/),
    z.strictObject({
      Type: z.literal("AWS::DynamoDB::Table"),
      Properties: z.strictObject({
        TableName: z.string().regex(/^[A-Za-z0-9_.-]+$/),
        BillingMode: z.enum(["PAY_PER_REQUEST", "PROVISIONED"]),
        AttributeDefinitions: z
          .array(z.strictObject({ AttributeName: name, AttributeType: z.enum(["S", "N", "B"]) }))
          .min(1),
        KeySchema: z
          .array(z.strictObject({ AttributeName: name, KeyType: z.enum(["HASH", "RANGE"]) }))
          .min(1)
          .max(2),
      }),
    }),
  ),
});

/** https://learn.microsoft.com/en-us/rest/api/cosmos-db/create-a-collection */
export const cosmosContainersSchema = z.array(
  z.strictObject({
    id: name,
    partitionKey: z.strictObject({
      paths: z.array(z.string().startsWith("/")).min(1).max(3),
      kind: z.enum(["Hash", "MultiHash"]),
      version: z.literal(2),
    }),
    uniqueKeyPolicy: z
      .strictObject({ uniqueKeys: z.array(z.strictObject({ paths: z.array(z.string().startsWith("/")).min(1) })) })
      .optional(),
  }),
);

/** https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-indices-create */
export const elasticsearchIndicesSchema = z.record(
  name,
  z.strictObject({
    settings: z.strictObject({
      index: z.strictObject({
        number_of_shards: z.int().min(1).max(1024),
        number_of_routing_shards: z.int().min(1).optional(),
        auto_expand_replicas: z.string().optional(),
      }),
    }),
    mappings: z.strictObject({ _routing: z.strictObject({ required: z.boolean() }) }).optional(),
  }),
);

/** https://shardingsphere.apache.org/document/current/en/user-manual/shardingsphere-jdbc/yaml-config/rules/sharding/ */
export const shardingSphereSchema = z.strictObject({
  rules: z.array(
    z.union([
      z.strictObject({ tables: z.array(name) }),
      z.strictObject({
        tables: z.record(
          name,
          z.strictObject({
            actualDataNodes: z.string(),
            databaseStrategy: z.strictObject({
              standard: z.strictObject({ shardingColumn: name, shardingAlgorithmName: name }),
            }),
          }),
        ),
        bindingTables: z.array(z.string()),
        shardingAlgorithms: z.record(
          name,
          z.strictObject({ type: z.literal("INLINE"), props: z.strictObject({ "algorithm-expression": z.string() }) }),
        ),
      }),
    ]),
  ),
});
