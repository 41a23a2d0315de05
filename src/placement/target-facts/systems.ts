import type { SystemFacts } from "../target-facts.ts";
import { aurora } from "./systems/aurora.ts";
import { azuresql } from "./systems/azuresql.ts";
import { bigquery } from "./systems/bigquery.ts";
import { bigtable } from "./systems/bigtable.ts";
import { cassandra } from "./systems/cassandra.ts";
import { citus } from "./systems/citus.ts";
import { clickhouse } from "./systems/clickhouse.ts";
import { cloudsql } from "./systems/cloudsql.ts";
import { cockroachdb } from "./systems/cockroachdb.ts";
import { consul } from "./systems/consul.ts";
import { cosmosdb } from "./systems/cosmosdb.ts";
import { couchbase } from "./systems/couchbase.ts";
import { dynamodb } from "./systems/dynamodb.ts";
import { elasticsearch } from "./systems/elasticsearch.ts";
import { etcd } from "./systems/etcd.ts";
import { mongodb } from "./systems/mongodb.ts";
import { mysql } from "./systems/mysql.ts";
import { orchestrator } from "./systems/orchestrator.ts";
import { patroni } from "./systems/patroni.ts";
import { postgres } from "./systems/postgres.ts";
import { redis } from "./systems/redis.ts";
import { redshift } from "./systems/redshift.ts";
import { riak } from "./systems/riak.ts";
import { scylladb } from "./systems/scylladb.ts";
import { spanner } from "./systems/spanner.ts";
import { spqr } from "./systems/spqr.ts";
import { tidb } from "./systems/tidb.ts";
import { vitess } from "./systems/vitess.ts";
import { yugabytedb } from "./systems/yugabytedb.ts";
import { zookeeper } from "./systems/zookeeper.ts";

/** What we know of each system, in the order that `shardplan targets` lists them in. */
export const systems: readonly SystemFacts[] = [
  postgres,
  mysql,
  mongodb,
  citus,
  vitess,
  cassandra,
  scylladb,
  riak,
  dynamodb,
  bigtable,
  cosmosdb,
  spanner,
  cockroachdb,
  yugabytedb,
  tidb,
  couchbase,
  aurora,
  cloudsql,
  azuresql,
  redis,
  etcd,
  zookeeper,
  consul,
  patroni,
  orchestrator,
  redshift,
  bigquery,
  clickhouse,
  spqr,
  elasticsearch,
];
