// Hashes and shards of many keys at a time, with 64-bit integers that JavaScript lacks. Nothing is decided here: each
// function computes what `src/placement` computes for one key, and test/placement/place-all.test.ts holds both together.
export * from "./cassandra";
export * from "./cosmosdb";
export * from "./crc16";
export * from "./digits";
export * from "./elasticsearch";
export * from "./generic-hash";
export * from "./md5-hashes";
export * from "./memory";
export * from "./multi-probe";
export * from "./owners";
export * from "./postgres";
export * from "./rendezvous";
export * from "./sha1-hashes";
export * from "./vitess-hash";
export * from "./yugabytedb";
