/** The name that we have for a system, of any that people use, without regard to case. */
export function nameMeant(asked: string): string {
  const name = asked.toLowerCase();
  return Object.hasOwn(aliases, name) ? aliases[name]! : name;
}

const aliases: Readonly<Record<string, string>> = {
  postgresql: "postgres",
  pg: "postgres",
  "redis-cluster": "redis",
  scylla: "scylladb",
  yugabyte: "yugabytedb",
  cockroach: "cockroachdb",
  cosmos: "cosmosdb",
  elastic: "elasticsearch",
  mongo: "mongodb",
};
