import type { SourcePath } from "../../placement/design-source.ts";
import type { Cluster, Scenario } from "../scenario.ts";
import type { ScenarioSource } from "./scenario-source.ts";

export function readMoves(source: ScenarioSource, cluster: Cluster, durationMs: number): Scenario["moves"] {
  return source.shape.moves.map((move, index) => {
    const at = ["moves", index];
    if (move.at >= durationMs)
      source.fail([...at, "at"], "the move comes after the end of the simulation", "give an earlier time, or a longer duration");
    if (move.to === cluster.shards)
      source.fail([...at, "to"], `there are ${cluster.shards} shards already`, "give another number");
    if (cluster.replication.leaderless !== undefined)
      source.fail(at, "a move is simulated with a primary per shard", "use another replication mode, or leave moves out");
    const bytes = bytesOf(source, move.bytes, [...at, "bytes"]);
    const chunkBytes = bytesOf(source, move.chunk, [...at, "chunk"]);
    if (bytes / chunkBytes > 1e7)
      source.fail([...at, "chunk"], "more than ten million chunks", "give larger chunks");
    return {
      atMs: move.at,
      toShards: move.to,
      bytes,
      chunkBytes,
      read: move.read,
      write: move.write,
      restMs: move.rest,
      priority: move.priority,
      pauseMs: move.pause,
    };
  });
}

function bytesOf(source: ScenarioSource, value: number | string, path: SourcePath): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kMGT]?)B$/.exec(String(value));
  const bytes = typeof value === "number" ? value : match === null ? NaN : Number(match[1]) * byteUnits[match[2]!]!;
  return bytes > 0 ? bytes : source.fail(path, `"${value}" is no size`, "give bytes with a unit, such as 64MB or 100GB");
}

const byteUnits: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };
