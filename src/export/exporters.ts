import type { TargetName } from "../placement/targets.ts";
import type { Exporter } from "./exported.ts";
import { exportBigtable } from "./targets/bigtable.ts";
import { exportCassandra, exportScylladb } from "./targets/cassandra.ts";
import { exportCitus } from "./targets/citus.ts";
import { exportClickhouse } from "./targets/clickhouse.ts";
import { exportCockroachdb } from "./targets/cockroachdb.ts";
import { exportCosmosdb } from "./targets/cosmosdb.ts";
import { exportCouchbase, exportRedis, exportRiak } from "./targets/document-keys.ts";
import { exportDynamodb } from "./targets/dynamodb.ts";
import { exportElasticsearch } from "./targets/elasticsearch.ts";
import { exportKafka } from "./targets/kafka.ts";
import { exportMongodb } from "./targets/mongodb.ts";
import { exportPostgres } from "./targets/postgres.ts";
import { exportRedshift } from "./targets/redshift.ts";
import { exportShardMap } from "./targets/application.ts";
import { exportShardingSphere } from "./targets/shardingsphere.ts";
import { exportSpanner } from "./targets/spanner.ts";
import { exportSpqr } from "./targets/spqr.ts";
import { exportTidb } from "./targets/tidb.ts";
import { exportVitess } from "./targets/vitess.ts";
import { exportYugabytedb } from "./targets/yugabytedb.ts";

/** How each target is told of a design. */
export const exporters: Readonly<Record<TargetName, Exporter>> = {
  generic: exportShardMap,
  postgres: exportPostgres,
  citus: exportCitus,
  vitess: exportVitess,
  spqr: exportSpqr,
  shardingsphere: exportShardingSphere,
  mysql: exportShardMap,
  mongodb: exportMongodb,
  cassandra: exportCassandra,
  scylladb: exportScylladb,
  yugabytedb: exportYugabytedb,
  cockroachdb: exportCockroachdb,
  tidb: exportTidb,
  spanner: exportSpanner,
  bigtable: exportBigtable,
  cosmosdb: exportCosmosdb,
  dynamodb: exportDynamodb,
  couchbase: exportCouchbase,
  riak: exportRiak,
  redis: exportRedis,
  elasticsearch: exportElasticsearch,
  kafka: exportKafka,
  clickhouse: exportClickhouse,
  redshift: exportRedshift,
};
