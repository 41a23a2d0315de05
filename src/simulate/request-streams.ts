import { randomStream } from "../stats/random-stream.ts";
import { BufferedChance, BufferedDraws } from "./buffered-draws.ts";
import { constant } from "./distribution.ts";
import type { Scenario } from "./scenario.ts";

/** Chance for each kind of decision about a request, so that more of one never shifts another. */
export interface RequestStreams {
  readonly operations: BufferedChance;
  readonly keys: BufferedChance;
  readonly shards: BufferedChance;
  readonly nodes: BufferedChance;
  /** By operation, of its stages in turn. */
  readonly service: readonly (readonly BufferedDraws[])[];
  readonly merge: readonly BufferedDraws[];
}

export function requestStreams({ seed, operations }: Scenario): RequestStreams {
  const chance = (name: string): BufferedChance => new BufferedChance(randomStream(seed, name));
  return {
    operations: chance("operations"),
    keys: chance("keys"),
    shards: chance("shards"),
    nodes: chance("nodes"),
    service: operations.map(({ stages }, operation) =>
      stages.map(({ service }, stage) => new BufferedDraws(service, randomStream(seed, `service ${operation} ${stage}`))),
    ),
    merge: operations.map(
      ({ merge }, operation) => new BufferedDraws(merge ?? constant(0), randomStream(seed, `merge ${operation}`)),
    ),
  };
}
