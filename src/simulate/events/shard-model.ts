import type { Fault } from "../scenario.ts";
import type { Part } from "./part.ts";

/** A shard: what keeps its nodes in step differs by the way of replication. */
export interface ShardModel {
  /** Each ends with the part's `done` or `fail`, unless the part is over before. */
  read(part: Part): void;
  write(part: Part): void;
  /** The first step of a transaction of several shards; undefined where replication knows no transactions. */
  begin(fault: Fault): void;
  heal(fault: Fault): void;
  /** The end of the simulation: what is under way is written down. */
  finish(): void;
}
