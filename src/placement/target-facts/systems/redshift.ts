import type { SystemFacts } from "../../target-facts.ts";

/** Facts on redshift, each with its status and sources; checked 2026-11-20. */
export const redshift: SystemFacts = {
  name: "redshift",
  title: "Amazon Redshift",
  kind: "analytics (MPP)",
  versions: "AWS docs archive",
  facts: [
    {
      section: "placement",
      name: "family",
      value: "slices: EVEN round-robin, KEY hash (opaque), ALL copy, AUTO",
      status: "verified",
      sources: ["s1"],
    },
    { section: "placement", name: "hash", value: "opaque (DISTKEY)", status: "verified", sources: ["s1"] },
    { section: "placement", name: "slots", value: "slices per node", status: "verified", sources: ["s1"] },
    {
      section: "placement",
      name: "formula",
      value: "KEY: hash(distkey) -> slice",
      status: "verified",
      sources: ["s1"],
    },
  ],
  guidance: [
    "KEY distribution co-locates joins; ALL only for slow small tables; EVEN when no join.",
  ],
  unverified: [
    "replication, modes: managed block replication / RA3 managed storage",
    "replication, default: managed",
    "replication, replication factor: managed",
    "replication, acknowledgement: managed",
    "replication, lag: loads are batch",
    "limits, concurrency_scaling: up to 10 clusters",
    "failover, automatic: managed",
    "failover, time to recover: node recovery minutes",
    "resharding, unit: slice",
    "resharding, mechanism: elastic resize (minutes) / classic resize (hours)",
    "resharding, online: elastic: brief pause",
    "resharding, share moved: opaque",
    "resize times, limits",
  ],
  sources: { s1: "awsdocs/amazon-redshift-developer-guide doc_source/c_choosing_dist_sort.md @019959fd" },
};
