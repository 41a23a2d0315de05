import { Option, type Command } from "commander";
import { strategyNames } from "../../placement/design.ts";
import type { Surroundings } from "../surroundings.ts";
import type { PlaceFlags } from "./run-place.ts";

export function addPlace(program: Command, around: Surroundings): void {
  program
    .command("place")
    .summary("which shard owns a key, as the target itself computes it")
    .description(
      "Prints for each key what the target computes on the way (hash, token, slot, range) and the shard. With - it " +
        "reads keys from stdin, one a line, and answers as it reads. A JSON array is a compound key with one value per " +
        "column, and [null] is NULL. Numbers keep every digit.",
    )
    .argument("<key...>", "keys, or - for one a line on stdin; after -- if they begin with -")
    .optionsGroup("Where:")
    .option("--target <name>", "the system that places (default: generic); shardplan targets lists them")
    .option(
      "--shards <n|name[,name...]>",
      "the number of shards, or their names; of Vitess its ranges, such as -80,80-",
    )
    .addOption(
      new Option("--design <file>", "take target, shards and strategy from a design").conflicts([
        "target",
        "shards",
        "strategy",
        "hash",
        "virtualNodes",
        "splits",
        "set",
      ]),
    )
    .option("--table <name>", "the table of the design; without one the bucket of Riak")
    .option("--schema <ddl.sql>", "with --design: DDL that knows the types of the key columns")
    .optionsGroup("How:")
    .option(
      "--type <type[,type...]>",
      "types of the key's columns, such as int64 or uuid,date (default: told by the keys)",
    )
    .option("--strategy <name>", `placement strategy, of ${strategyNames.join(", ")}`)
    .option("--hash <name>", "hash function or vindex, where the target has several")
    .option("--virtual-nodes <n>", "tokens per shard on a consistent-hash ring")
    .option("--splits <value[,value...]>", "the first key of each shard but the first; compound ones as [1,a],[2,b]")
    .option("--set <option=value>", "another option of a table in a design, such as slots=32; repeatable", gathered)
    .optionsGroup("Output:")
    .option(
      "--json",
      "one object a line: key, type, target, strategy, steps, shard, placement (exact or model), caveat",
    )
    .addOption(
      new Option(
        "--shards-only",
        "just the shard of each key, one a line: the fastest way through many keys",
      ).conflicts("json"),
    )
    .addHelpText("after", help)
    .action(async (keys: string[], flags: PlaceFlags) => {
      const { runPlace } = await import("./run-place.ts");
      await runPlace(keys, flags, around);
    });
}

const gathered = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];

const help = `
Examples:
  $ shardplan place --target citus --shards 32 42 43 44
  $ shardplan place --target vitess --hash xxhash --shards -40,40-80,80-c0,c0- alice bob
  $ shardplan place --target cassandra --shards 6 --type int32,text '[7, "alice"]'
  $ shardplan place --strategy range --splits 1000,2000 --shards eu,us,asia 999 1000
  $ shardplan place --design design.yaml --table orders 1873
  $ shardplan place --target postgres --shards 8 --type uuid --shards-only - < ids.txt | sort -n | uniq -c`;
