import type { Command } from "commander";
import type { Surroundings } from "../surroundings.ts";
import type { TargetsFlags } from "./run-targets.ts";

export function addTargets(program: Command, around: Surroundings): void {
  program
    .command("targets")
    .summary("what is known of each target system, with its source")
    .description(
      "Without a name, one line per target: how it places keys, what it moves when shards are added, and whether a " +
        "shard that is shown is exactly the one that the system would choose (exact) or a projection (model). With a " +
        "name, what is known of its placement, limits, replication, failover and resharding, each fact with its status " +
        "and source.",
    )
    .argument("[name]", "a target, such as citus or dynamodb")
    .option("--json", "as JSON: an array of targets, or one target with all facts")
    .addHelpText("after", help)
    .action(async (name: string | undefined, flags: TargetsFlags) => {
      const { runTargets } = await import("./run-targets.ts");
      runTargets(name, flags, around);
    });
}

const help = `
Examples:
  $ shardplan targets
  $ shardplan targets cassandra
  $ shardplan targets mongodb --json | jq '.facts[] | select(.section == "resharding")'`;
