import { cited, numberOf, type Change, type CitedFact, type Procedure, type Step } from "../procedure.ts";
import { applicationMove } from "./application.ts";

const byApplication = (): Procedure => applicationMove("another key or system, by the application", "everything");

const placedAnew = ({ target, keys, strategy }: Change): boolean => target || keys || strategy;

export function couchbaseProcedure(change: Change): Procedure {
  if (placedAnew(change)) return byApplication();
  return {
    title: "Couchbase rebalance",
    copies: "moved",
    steps: [
      {
        action: "couchbase-cli server-add (or rebalance --server-remove), then couchbase-cli rebalance",
        check: "couchbase-cli rebalance-status; active and replica items per node are about the predicted ones",
        back: "couchbase-cli rebalance-stop: vBuckets that have moved stay; rebalance with the old nodes",
      },
    ],
    pause: { text: "none for the bucket: a vBucket is handed over when its copy is level" },
    parallel: {
      least: 1,
      most: numberOf("couchbase", "rebalanceMovesPerNode") * Math.min(change.from, change.to),
      fact: cited("couchbase", "rebalanceMovesPerNode"),
    },
    facts: [cited("couchbase", "mechanism")],
  };
}

export function riakProcedure(change: Change): Procedure {
  if (placedAnew(change)) return byApplication();
  return {
    title: "Riak cluster plan and commit",
    copies: "moved",
    steps: [
      {
        action: "riak-admin cluster join (or leave) for each node, then riak-admin cluster plan",
        check: "the planned partitions per node; then riak-admin cluster commit",
        back: "riak-admin cluster clear, until it is committed",
      },
      {
        action: "wait for the handoff",
        check: "riak-admin transfers shows none; ring status is settled",
        back: "plan and commit the reverse",
      },
    ],
    pause: { text: "none: requests are forwarded while a partition is handed over" },
    parallel: {
      least: 1,
      most: numberOf("riak", "transfer_limit") * Math.min(change.from, change.to),
      fact: cited("riak", "transfer_limit"),
    },
    facts: [cited("riak", "mechanism")],
  };
}

/** Elasticsearch splits to a multiple of the primaries and shrinks to a factor; all else is a reindex. */
export function elasticsearchProcedure(change: Change): Procedure {
  const { from, to } = change;
  const fits = to % from === 0 || from % to === 0;
  if (placedAnew(change) || !fits) return { ...byApplication(), title: "reindex into an index with the new primaries" };
  const api = to > from ? "_split" : "_shrink";
  return {
    title: `Elasticsearch ${api}`,
    copies: "moved",
    steps: [
      {
        action: 'PUT old/_settings { "index.blocks.write": true }',
        check: "the write block is set, the index is green",
        back: "remove the block",
      },
      {
        action: `POST old/${api}/new { "settings": { "index.number_of_shards": ${to} } }`,
        check: "GET _cat/recovery/new; document counts of both are equal",
        back: "delete the new index",
      },
      {
        action: "switch the alias, allow writes, let the shards spread",
        check: "GET _cat/shards/new: documents per shard are the predicted ones",
        back: "switch the alias back, until new documents are written",
      },
    ],
    pause: { text: "writes are blocked from the first step until the alias is switched" },
    rate: {
      bytesPerSecond: numberOf("elasticsearch", "indices.recovery.max_bytes_per_sec") * 1e6,
      fact: cited("elasticsearch", "indices.recovery.max_bytes_per_sec"),
    },
    parallel: {
      least: 1,
      most: numberOf("elasticsearch", "cluster_concurrent_rebalance"),
      fact: cited("elasticsearch", "cluster_concurrent_rebalance"),
    },
    facts: [cited("elasticsearch", "mechanism"), cited("elasticsearch", "online")],
  };
}

export function spqrProcedure(change: Change): Procedure {
  if (placedAnew(change)) return byApplication();
  return {
    title: "SPQR REDISTRIBUTE KEY RANGE",
    copies: "moved",
    steps: [
      {
        action: "CREATE SHARD for each new one, with the tables on it",
        check: "SHOW shards; SHOW key_ranges",
        back: "DROP SHARD",
      },
      {
        action: "SPLIT KEY RANGE at the borders, then REDISTRIBUTE KEY RANGE ... TO the new shard, one after the other",
        check: "SHOW redistribute_tasks; rows per shard are the predicted ones",
        back: "REDISTRIBUTE the range back, UNITE KEY RANGE",
      },
    ],
    pause: { text: "rows of the batch that is moving are read-only for a moment" },
    facts: ["mechanism", "online", "BATCH SIZE"].map((name) => cited("spqr", name)),
  };
}

interface Managed {
  readonly title: string;
  readonly facts: readonly string[];
  readonly step: Step;
  readonly rate?: { readonly fact: string; readonly unitBytes: number };
  readonly takes?: { readonly seconds: number; readonly fact: string };
}

/** Systems that split and move by themselves once there are nodes, throughput or data that call for it. */
const managed: Readonly<Record<string, Managed>> = {
  cockroachdb: {
    title: "CockroachDB's own rebalancing",
    facts: ["mechanism"],
    step: {
      action: "start the new nodes with --join (or cockroach node decommission those that go)",
      check: "the Replication dashboard: replicas per store level out; under-replicated ranges stay 0",
      back: "cockroach node decommission (or recommission)",
    },
    rate: { fact: "kv.snapshot_rebalance.max_rate", unitBytes: 1_048_576 },
  },
  yugabytedb: {
    title: "YugabyteDB's load balancer",
    facts: ["mechanism", "load_balancer_max_concurrent_adds"],
    step: {
      action: "start the new tablet servers (or blacklist those that go: yb-admin change_blacklist)",
      check: "yb-admin get_load_move_completion reaches 100; get_is_load_balancer_idle",
      back: "blacklist the new servers (or take the old ones off the blacklist)",
    },
    rate: { fact: "remote_bootstrap_rate_limit", unitBytes: 1e6 },
  },
  tidb: {
    title: "PD's scheduling of regions",
    facts: ["mechanism", "region-schedule-limit", "max-snapshot-count"],
    step: {
      action: "tiup cluster scale-out (or scale-in) the TiKV stores",
      check: "pd-ctl store: region_score levels out; a leaving store becomes Tombstone",
      back: "scale in what was scaled out",
    },
  },
  dynamodb: {
    title: "DynamoDB splits partitions by itself",
    facts: ["mechanism"],
    step: {
      action: "raise the table's throughput, or use on-demand capacity",
      check: "CloudWatch: no ThrottledRequests; Contributor Insights: no hot key",
      back: "lower the throughput: partitions stay split",
    },
  },
  cosmosdb: {
    title: "Cosmos DB splits physical partitions by itself",
    facts: ["mechanism", "online"],
    step: {
      action: "raise the container's RU/s to 10,000 per partition that you want",
      check: "normalized RU consumption per partition is level",
      back: "lower the RU/s: partitions stay split until they are merged",
    },
  },
  bigtable: {
    title: "Bigtable moves tablets by itself; how was not verified",
    facts: [],
    step: {
      action: "add (or remove) nodes of the cluster",
      check: "Key Visualizer; CPU of the hottest node",
      back: "set the old number of nodes",
    },
  },
  redshift: {
    title: "Redshift resize by the service; how it moves rows was not verified",
    facts: [],
    step: {
      action: "take a snapshot, then resize the cluster",
      check: "svv_table_info: skew_rows per table; the resize status",
      back: "restore the snapshot, or resize back",
    },
  },
  spanner: {
    title: "Spanner splits and moves by itself",
    facts: ["mechanism"],
    step: {
      action: "add (or remove) nodes; pre-split with split points before a planned rise of load",
      check: "Key Visualizer and hot split statistics",
      back: "set the old number of nodes",
    },
  },
};

export const managedProcedure =
  (system: string) =>
  (change: Change): Procedure => {
    const known = managed[system]!;
    if (placedAnew(change)) return byApplication();
    return {
      title: known.title,
      copies: "system",
      steps: [known.step],
      pause: { text: "none is documented" },
      ...(known.rate !== undefined && {
        rate: {
          bytesPerSecond: numberOf(system, known.rate.fact) * known.rate.unitBytes,
          fact: cited(system, known.rate.fact),
        },
      }),
      facts: known.facts.map((name): CitedFact => cited(system, name)),
    };
  };
