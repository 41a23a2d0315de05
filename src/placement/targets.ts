import { InputError } from "../base/input-error.ts";
import type { Target } from "./target.ts";
import { cassandra, scylladb } from "./targets/cassandra.ts";
import { citus } from "./targets/citus.ts";
import { clickhouse } from "./targets/clickhouse.ts";
import { cosmosdb } from "./targets/cosmosdb.ts";
import { couchbase } from "./targets/couchbase.ts";
import { elasticsearch } from "./targets/elasticsearch.ts";
import { generic } from "./targets/generic.ts";
import { kafka } from "./targets/kafka.ts";
import { bigtable, cockroachdb, dynamodb, mysql, redshift, spanner, tidb } from "./targets/modelled.ts";
import { mongodb } from "./targets/mongodb.ts";
import { postgres } from "./targets/postgres.ts";
import { redis } from "./targets/redis.ts";
import { riak } from "./targets/riak.ts";
import { shardingsphere } from "./targets/shardingsphere.ts";
import { spqr } from "./targets/spqr.ts";
import { vitess } from "./targets/vitess.ts";
import { yugabytedb } from "./targets/yugabytedb.ts";

/** Every target. Choices of flags, help texts and tables are read from this list. */
export const targets = {
  generic,
  postgres,
  citus,
  vitess,
  spqr,
  shardingsphere,
  mysql,
  mongodb,
  cassandra,
  scylladb,
  yugabytedb,
  cockroachdb,
  tidb,
  spanner,
  bigtable,
  cosmosdb,
  dynamodb,
  couchbase,
  riak,
  redis,
  elasticsearch,
  kafka,
  clickhouse,
  redshift,
} as const satisfies Record<string, Target>;

export type TargetName = keyof typeof targets;

export const targetNames = Object.keys(targets) as readonly TargetName[];

/** Throws InputError when there is no such target. */
export function targetNamed(name: string, where: string): Target {
  if (Object.hasOwn(targets, name)) return targets[name as TargetName];
  throw new InputError(`${where}: no target "${name}"`, { hint: `targets are ${targetNames.join(", ")}` });
}
