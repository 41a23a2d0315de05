import { randomStream, type RandomStream } from "../stats/random-stream.ts";

/** One stream for each kind of decision about a request, so that more of one never shifts another. */
export interface RequestStreams {
  readonly operations: RandomStream;
  readonly keys: RandomStream;
  readonly shards: RandomStream;
  readonly nodes: RandomStream;
  readonly service: RandomStream;
  readonly merge: RandomStream;
}

export function requestStreams(seed: number): RequestStreams {
  return {
    operations: randomStream(seed, "operations"),
    keys: randomStream(seed, "keys"),
    shards: randomStream(seed, "shards"),
    nodes: randomStream(seed, "nodes"),
    service: randomStream(seed, "service"),
    merge: randomStream(seed, "merge"),
  };
}

