import type { SourcePath } from "../../placement/design-source.ts";
import { constant, type Distribution, meanOf } from "../distribution.ts";
import type { Cluster, Regions } from "../scenario.ts";
import { readReplication } from "./replication.ts";
import type { ScenarioSource } from "./scenario-source.ts";

export function readCluster(source: ScenarioSource): Cluster {
  const { cluster } = source.shape;
  const { servers, stations, stalls } = cluster;
  if (servers !== undefined && stations !== undefined)
    source.fail(["cluster", "stations"], "servers are given twice", 'give either "servers" or "stations"');
  const list = stations === undefined ? [{ name: "servers", servers: servers ?? 1 }] : Object.entries(stations).map(([name, servers]) => ({ name, servers }));
  const named = list.map(({ name, servers }) => ({ name, servers: servers === "unlimited" ? Infinity : servers }));
  if (named.length === 0) source.fail(["cluster", "stations"], "is empty", "name one, such as {cpu: 4}");
  const regions = readRegions(source);
  return {
    shards: cluster.shards,
    stations: named,
    discipline: cluster.discipline,
    queue: cluster.queue ?? Infinity,
    connections: { limit: cluster.connections?.limit ?? Infinity, queue: cluster.connections?.queue ?? Infinity },
    stalls: stalls && stallsOf(source),
    ...readReplication(source),
    regions,
  };
}

function stallsOf(source: ScenarioSource): Cluster["stalls"] {
  const { whenIdle, every, for: lasts } = source.shape.cluster.stalls!;
  if (source.shape.cluster.discipline !== "fifo")
    source.fail(["cluster", "stalls"], "a shared processor does not stall", "leave stalls out, or use discipline: fifo");
  if (whenIdle !== undefined && every === undefined && lasts === undefined) {
    if (meanOf(whenIdle) > 0) return { when: "idle", lasts: whenIdle };
  } else if (whenIdle === undefined && every !== undefined && lasts !== undefined && meanOf(every) > 0) {
    return { when: "any", every, lasts };
  }
  const hint = 'give "whenIdle: 20ms", or "every: { exponential: 10s }" with "for: 50ms"';
  return source.fail(["cluster", "stalls"], "it does not say when servers stall and for how long", hint);
}

function readRegions(source: ScenarioSource): Regions | undefined {
  const { regions } = source.shape.cluster;
  if (regions === undefined) return undefined;
  const { names, between, links } = regions;
  const again = names.findIndex((name, at) => names.indexOf(name) < at);
  if (again >= 0) source.fail(["cluster", "regions", "names", again], `region "${names[again]!}" is there twice`, "each region has a name of its own");
  const region = (name: string, path: SourcePath): number => {
    const at = names.indexOf(name);
    return at >= 0 ? at : source.fail(path, `there is no region "${name}"`, `regions are ${names.join(", ")}`);
  };
  const matrix = names.map((_, from) => names.map((_, to): Distribution => (from === to ? constant(0) : between)));
  links.forEach(({ from, to, delay }, index) => {
    const at = ["cluster", "regions", "links", index];
    matrix[region(from, [...at, "from"])]![region(to, [...at, "to"])] = delay;
  });
  return { names, between: matrix };
}
