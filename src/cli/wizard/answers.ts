import type { ColumnRole } from "../../ingest/columns.ts";
import type { ReplicationMode } from "../../simulate/scenario.ts";

/** What was answered so far. Each answer is what the flag of the same meaning takes. */
export interface Answers {
  readonly log: string;
  /** Undefined: inferred from the statements. */
  readonly schema: string | undefined;
  /** Undefined: as detected. */
  readonly format: string | undefined;
  readonly dialect: string | undefined;
  readonly columns: Readonly<Partial<Record<ColumnRole, string>>>;
  readonly shards: string;
  readonly target: string;
  /** Undefined: no growth is told of. */
  readonly growth: string | undefined;
  /** Such as "50ms"; undefined: nothing is expected. */
  readonly latency: string | undefined;
  readonly replicas: string;
  readonly replication: ReplicationMode;
  /** A design that was walked into, as `--pin` takes its tables; empty: the recommended one. */
  readonly pins: readonly string[];
  readonly designFile: string;
  readonly reportFile: string;
  readonly scenarioFile: string;
}

export const firstAnswers: Answers = {
  log: "",
  schema: undefined,
  format: undefined,
  dialect: undefined,
  columns: {},
  shards: "4,8",
  target: "generic",
  growth: undefined,
  latency: undefined,
  replicas: "1",
  replication: "async",
  pins: [],
  designFile: "design.yaml",
  reportFile: "report.md",
  scenarioFile: "scenario.yaml",
};
