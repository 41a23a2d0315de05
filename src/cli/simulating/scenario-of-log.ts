import { createHash } from "node:crypto";
import { stringify } from "yaml";
import { InputError } from "../../base/input-error.ts";
import { parseDesign } from "../../placement/design-file.ts";
import type { Design } from "../../placement/design.ts";
import { changedDesign } from "../../reshard/changed-design.ts";
import { routingContext } from "../../routing/context.ts";
import { scenarioOfWorkload } from "../../simulate/from-workload.ts";
import { inferSchema } from "../../workload/inferred-schema.ts";
import { plainText } from "../../report/plain-text.ts";
import type { SimulateFlags } from "../commands/run-simulate.ts";
import { recordFilterOf } from "../filter-options.ts";
import { readTextFile } from "../files.ts";
import { readerOptionsOf } from "../reading-options.ts";
import { scan } from "../scan.ts";
import { readSchemaOption } from "../schema-option.ts";
import type { Surroundings } from "../surroundings.ts";

/** Text of scenario files, one for each number of shards. */
export interface ScenarioSource {
  /** For messages. */
  readonly name: string;
  readonly inputs: readonly { readonly name: string; readonly digest: string }[];
  /** The scenario on so many shards (undefined: as the design or file says), that move to so many. */
  readonly textFor: (shards: number | undefined, moveTo: number | undefined) => string;
}

/** Reads logs and design, from which scenarios of any number of shards are made. */
export async function scenarioOfLogs(
  logs: readonly string[],
  flags: SimulateFlags,
  headerGiven: boolean,
  around: Surroundings,
): Promise<ScenarioSource> {
  if (flags.design === undefined)
    throw new InputError("a log is simulated under a design, and none was given", {
      hint: "pass --design design.yaml; shardplan analyze --save-design writes one",
    });
  const text = readTextFile(flags.design, "design");
  const design = parseDesign(text, flags.design);
  const { schema: declared, dialect, warnings } = readSchemaOption(flags.schema, flags.dialect);
  const named = [...design.tables].flatMap(([table, one]) => (one.kind === "sharded" ? [{ table, columns: one.shardKey }] : []));
  const scanned = await scan(
    logs,
    {
      reader: readerOptionsOf(flags, headerGiven),
      filter: recordFilterOf(flags),
      dialect: flags.dialect,
      schemaDialect: dialect,
      schema: declared,
      workers: flags.workers,
      named,
    },
    around,
  );
  const { workload } = scanned;
  const said = [...warnings, ...scanned.warnings, ...workload.inputs.flatMap((input) => input.warnings)];
  for (const warning of said) around.stderr(`warning: ${plainText(warning)}\n`);
  const schema = inferSchema(workload, scanned.schema);
  const digest = createHash("sha256").update(text).digest("hex");
  return {
    name: logs.join(", "),
    inputs: [...workload.inputs.map((input) => ({ name: input.name, digest: input.digest })), { name: flags.design, digest }],
    textFor: (shards, moveTo) => {
      const now = onShards(design, shards);
      const scenario = scenarioOfWorkload(workload, {
        name: logs.join(", "),
        design: routingContext(now, schema),
        movesTo: moveTo === undefined ? undefined : routingContext(onShards(now, moveTo), schema),
        servers: flags.servers ?? defaultServers,
        replicas: flags.replicas ?? 0,
        replication: flags.replication,
        serviceMs: flags.serviceMs,
        perSecond: flags.rate,
      });
      return stringify(scenario, { lineWidth: 0, aliasDuplicateObjects: false });
    },
  };
}

const defaultServers = 4;

const onShards = (design: Design, shards: number | undefined): Design =>
  shards === undefined || shards === design.shards.length ? design : changedDesign(design, { shards }).design;
