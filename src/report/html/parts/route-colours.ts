/** Where a statement goes, with its colour: blue stays, the warmer the more shards it needs. */
export const routeColours = [
  { name: "one shard", colour: "blue", percentage: "percentageOfOneShard", count: "oneShard" },
  { name: "several shards", colour: "sky", percentage: "percentageOfSeveralShards", count: "severalShards" },
  { name: "every shard", colour: "orange", percentage: "percentageOfEveryShard", count: "everyShard" },
  { name: "join across shards", colour: "red", percentage: "percentageOfCrossShardJoins", count: "crossShardJoin" },
  { name: "write to every copy", colour: "pink", percentage: "percentageOfReferenceWrites", count: "referenceWrite" },
  { name: "not known", colour: "grey", percentage: "percentageOfUnknown", count: "unknown" },
] as const;
