import { Option, type Command } from "commander";
import type { Surroundings } from "../surroundings.ts";
import type { ExplainFlags } from "./run-explain.ts";

export function addExplain(program: Command, around: Surroundings): void {
  program
    .command("explain")
    .summary("where a statement goes under a design, and why")
    .description(
      "Says for each statement which shards it touches under a design: its routing class, why, and the shards. " +
        "With - it reads one JSON object a line from stdin, with sql (or a MongoDB command) and optionally id, dialect " +
        "and parameters, and answers one a line.",
    )
    .argument("<sql...>", "statements, or - for JSON lines on stdin")
    .requiredOption("--design <file>", "the design, as YAML or JSON")
    .option("--schema <ddl.sql>", "DDL as pg_dump or mysqldump write it: resolves columns and types")
    .addOption(
      new Option(
        "--dialect <name>",
        "SQL dialect (default: told from the statement, the schema or the target)",
      ).choices(["postgres", "mysql"]),
    )
    .option("--json", "one JSON object a line")
    .addHelpText("after", help)
    .action(async (statements: string[], flags: ExplainFlags) => {
      const { runExplain } = await import("./run-explain.ts");
      await runExplain(statements, flags, around);
    });
}

const help = `
Examples:
  $ shardplan explain --design design.yaml "SELECT * FROM orders WHERE customer_id = 7"
  $ shardplan explain --design design.yaml --schema schema.sql --json "SELECT count(*) FROM orders"
  $ jq -c '{sql: .query}' log.jsonl | shardplan explain --design design.yaml -

A line for -, with a list of values for $1 and ?, or an object of them for :name:
  {"id": 1, "sql": "SELECT * FROM orders WHERE customer_id = $1", "parameters": [7], "dialect": "postgres"}
  {"id": 2, "command": {"find": "orders", "filter": {"customer_id": 7}}}

A design:
  version: 1
  target: postgres
  shards: 8
  tables:
    customer: { shardKey: [id] }
    orders:   { shardKey: [customer_id], colocatedWith: customer }
    country:  { kind: reference }`;
