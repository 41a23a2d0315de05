import type { TargetName } from "../placement/targets.ts";
import type { Change, Procedure } from "./procedure.ts";
import { applicationMove } from "./procedures/application.ts";
import { citusProcedure } from "./procedures/citus.ts";
import { mongodbProcedure } from "./procedures/mongodb.ts";
import {
  couchbaseProcedure,
  elasticsearchProcedure,
  managedProcedure,
  riakProcedure,
  spqrProcedure,
} from "./procedures/others.ts";
import { postgresProcedure } from "./procedures/postgres.ts";
import { redisProcedure } from "./procedures/redis.ts";
import { ringProcedure } from "./procedures/ring.ts";
import { vitessProcedure } from "./procedures/vitess.ts";

/** How each target carries a change out. What it has no procedure of its own for is the application's to do. */
const procedures: Readonly<Record<TargetName, (change: Change) => Procedure>> = {
  generic: byApplication,
  postgres: postgresProcedure,
  citus: citusProcedure,
  vitess: vitessProcedure,
  spqr: spqrProcedure,
  shardingsphere: byApplication,
  mysql: byApplication,
  mongodb: mongodbProcedure,
  cassandra: ringProcedure("cassandra"),
  scylladb: ringProcedure("scylladb"),
  yugabytedb: managedProcedure("yugabytedb"),
  cockroachdb: managedProcedure("cockroachdb"),
  tidb: managedProcedure("tidb"),
  spanner: managedProcedure("spanner"),
  bigtable: managedProcedure("bigtable"),
  cosmosdb: managedProcedure("cosmosdb"),
  dynamodb: managedProcedure("dynamodb"),
  couchbase: couchbaseProcedure,
  riak: riakProcedure,
  redis: redisProcedure,
  elasticsearch: elasticsearchProcedure,
  kafka: byApplication,
  clickhouse: byApplication,
  redshift: managedProcedure("redshift"),
};

/** The procedure of the system that the rows live in before the change. */
export function procedureFor(target: string, change: Change): Procedure {
  return procedures[target as TargetName](change);
}

function byApplication({ target, keys }: Change): Procedure {
  return target || keys
    ? applicationMove("double write, backfill, verify, cut over, by the application", "everything")
    : applicationMove("double write, backfill, verify, cut over, by the application", "moved");
}
