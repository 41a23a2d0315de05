/** A request whose visits are those of its block from `from` to before `to`. */
export interface SpreadRequest {
  readonly time: number;
  readonly operation: number;
  readonly from: number;
  readonly to: number;
  readonly mergeMs: number;
}

/**
 * Visits of requests to shards, in the order of arrival. They are drawn by the block and then served shard by shard: so
 * what a shard keeps stays near the processor while it serves its part. A block takes visits until it is full, and then
 * the rest of the last request's.
 */
export class VisitBlock {
  count = 0;
  readonly times: Float64Array;
  readonly operations: Int32Array;
  readonly shards: Int32Array;
  /** 0 is the primary. */
  readonly nodes: Int32Array;
  /** -1 where the visit belongs to one of the `spread` requests. */
  readonly keys: Int32Array;
  readonly services: Float64Array;
  /** Filled in by the shard: when service begins and ends. */
  readonly starts: Float64Array;
  readonly finishes: Float64Array;
  /** Of a read of a key at a replica: how many of the last two versions it misses. */
  readonly behind: Uint8Array;
  /** The visits sorted by shard, of each shard by arrival. */
  readonly byShard: Int32Array;
  /** Where the visits of a shard begin in `byShard`, and of the last one end. */
  readonly from: Int32Array;
  /** Requests that go to several shards. */
  readonly spread: SpreadRequest[] = [];
  readonly #places: Int32Array;

  constructor(shards: number) {
    const length = fullAt + shards;
    this.times = new Float64Array(length);
    this.operations = new Int32Array(length);
    this.shards = new Int32Array(length);
    this.nodes = new Int32Array(length);
    this.keys = new Int32Array(length);
    this.services = new Float64Array(length);
    this.starts = new Float64Array(length);
    this.behind = new Uint8Array(length);
    this.finishes = new Float64Array(length);
    this.byShard = new Int32Array(length);
    this.from = new Int32Array(shards + 1);
    this.#places = new Int32Array(shards);
  }

  clear(): void {
    this.count = 0;
    this.spread.length = 0;
  }

  get full(): boolean {
    return this.count >= fullAt;
  }

  add(time: number, operation: number, shard: number, node: number, key: number, service: number): void {
    const at = this.count++;
    this.times[at] = time;
    this.operations[at] = operation;
    this.shards[at] = shard;
    this.nodes[at] = node;
    this.keys[at] = key;
    this.services[at] = service;
    this.behind[at] = 0;
  }

  /** Fills in `byShard` and `from`: a counting sort. */
  sortByShard(): void {
    const { count, shards, byShard, from } = this;
    from.fill(0);
    for (let at = 0; at < count; at++) from[shards[at]! + 1]! += 1;
    for (let shard = 1; shard < from.length; shard++) from[shard]! += from[shard - 1]!;
    const places = this.#places;
    places.set(from.subarray(0, places.length));
    for (let at = 0; at < count; at++) byShard[places[shards[at]!]!++] = at;
  }
}

const fullAt = 2048;
