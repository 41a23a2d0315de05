import { parseDocument } from "yaml";
import { InputError } from "../../base/input-error.ts";
import type { ScenarioChange } from "../../simulate/scenario-file.ts";

/** What the flags of `simulate` change in a scenario file. */

/** Short names of what is varied most; anything else is given by its path, such as cluster.queue. */
const shortNames: Readonly<Record<string, string>> = {
  shards: "cluster.shards",
  servers: "cluster.servers",
  replicas: "cluster.replicas",
  replication: "cluster.replication.mode",
  policy: "reads.policy",
};

export interface Variation {
  readonly name: string;
  readonly values: readonly string[];
}

/** "shards=4,8,16". */
export function readVariation(text: string): Variation {
  const match = /^\s*([a-z][\w.]*)\s*=\s*(.+)$/i.exec(text);
  const values = match === null ? [] : match[2]!.split(",").map((value) => value.trim());
  if (match === null || values.some((value) => value === ""))
    throw new InputError(`--vary ${text}: expected a name and its values`, {
      hint: `such as shards=4,8,16 or cluster.queue=10,100; short names are ${[...Object.keys(shortNames), "speed"].join(", ")}`,
    });
  return { name: match[1]!, values };
}

/** Every combination, the first variation changing slowest. */
export function combinationsOf(variations: readonly Variation[]): readonly Readonly<Record<string, string>>[] {
  return variations.reduce<readonly Readonly<Record<string, string>>[]>(
    (combinations, { name, values }) => combinations.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value }))),
    [{}],
  );
}

export function changesOf(combination: Readonly<Record<string, string>>): readonly ScenarioChange[] {
  return Object.entries(combination).map(([name, value]) => ({
    path: (Object.hasOwn(shortNames, name) ? shortNames[name]! : name).split("."),
    value: scalarOf(value),
    add: false,
  }));
}

/** The number of shards that a combination sets; undefined when it leaves them. */
export function shardsIn(combination: Readonly<Record<string, string>>): number | undefined {
  const value = combination["shards"] ?? combination["cluster.shards"];
  const shards = Number(value);
  // What is no number of shards is the scenario's to refuse.
  return value !== undefined && Number.isInteger(shards) && shards >= 1 && shards <= 4096 ? shards : undefined;
}

/** As a YAML file would have it: 4 is a number, 5ms a text. */
function scalarOf(text: string): unknown {
  const document = parseDocument(text);
  return document.errors.length > 0 ? text : (document.toJS() as unknown);
}

const failPattern =
  /^\s*shard\s+(\d+)\s+(primary|replica\s+(\d+))\s+(?:(crash|pause|partition)\s+)?at\s+(\S+)(?:\s+for\s+(\S+))?\s*$/i;

/** "shard 3 primary at 60s", "shard 0 replica 1 pause at 10s for 5s". */
export function readFail(text: string): ScenarioChange {
  const match = failPattern.exec(text);
  if (match === null)
    throw new InputError(`--fail ${text}: expected which node fails, and when`, {
      hint: "such as 'shard 3 primary at 60s' or 'shard 0 replica 1 pause at 10s for 5s'",
    });
  const [, shard, , replica, kind, at, lasts] = match;
  const value = {
    shard: Number(shard),
    node: replica === undefined ? "primary" : Number(replica),
    kind: (kind ?? "crash").toLowerCase(),
    at,
    ...(lasts !== undefined && { for: lasts }),
  };
  return { path: ["faults"], value, add: true };
}

const reshardPattern = /^\s*(\d+)\s*->\s*(\d+)\s+at\s+(\S+?),?\s*$/;

export interface AskedReshard {
  readonly from: number;
  readonly to: number;
  readonly at: string;
}

/** "8->12 at 120s". What a move costs stands in the scenario's `moves`. */
export function readReshard(text: string): AskedReshard {
  const match = reshardPattern.exec(text);
  if (match === null)
    throw new InputError(`--reshard ${text}: expected from how many to how many shards, and when`, { hint: "such as '8->12 at 120s'" });
  return { from: Number(match[1]), to: Number(match[2]), at: match[3]! };
}
