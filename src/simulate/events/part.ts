import type { Refusal } from "../recorder.ts";

/** What one shard has to do for a request. */
export interface Part {
  readonly operation: number;
  /** Changes when the key moves while the part waits. */
  shard: number;
  /** -1 when it is about no key in particular. */
  readonly key: number;
  readonly session: Session | undefined;
  readonly priority: number;
  /** Where the client is. */
  readonly region: number;
  /** When the request arrived that it belongs to. */
  readonly arrivedAt: number;
  /** Stations to visit and how long each takes. */
  readonly stages: readonly { readonly station: number; readonly service: number }[];
  /** Whether its client is cut off together with a node; undefined until somebody asks. */
  cutOff: boolean | undefined;
  /** What its session had written and seen of the key when it arrived; undefined until it is read. */
  expects: { readonly own: number; readonly seen: number } | undefined;
  /** Nobody waits for it any more. */
  over: boolean;
  /** What to do when nobody waits for it any more. */
  giveUp: (() => void) | undefined;
  readonly done: () => void;
  readonly fail: (reason: Refusal) => void;
}

/** A client that remembers what it wrote and saw. Numbers are those of entries in the log of the key's shard. */
export class Session {
  readonly id: number;
  readonly wrote = new Map<number, Mark>();
  readonly saw = new Map<number, Mark>();
  /** By shard. */
  readonly lastWrite = new Map<number, Mark>();

  constructor(id: number) {
    this.id = id;
  }
}

export interface Mark {
  readonly shard: number;
  readonly entry: number;
  readonly at: number;
}
