/** Systems that are known and place no keys here, each with the reason. */
export const systemsWithoutPlacement: Readonly<Record<string, string>> = {
  aurora: "one writer holds all rows: there is nothing to place",
  cloudsql: "one writer holds all rows: there is nothing to place",
  azuresql: "one writer holds all rows, unless the application shards by itself",
  etcd: "every member holds all keys",
  zookeeper: "every member holds all nodes",
  consul: "every server holds all keys",
  patroni: "it fails a PostgreSQL server over; where rows live is up to Citus or the application",
  orchestrator: "it fails a MySQL server over; where rows live is up to Vitess or the application",
  bigquery: "it cuts tables by time or ranges of integers, and shows no shard",
};
