import type { TemplateUse, Workload } from "../../workload/workload.ts";
import { countText, statementText, type Finding } from "../finding.ts";

/** Milliseconds from which a write is long: a replica that applies in order is as far behind for its time. */
const longMs = 1000;
const graveMs = 10_000;
/** Rows a statement, which are many whatever their time. */
const manyRows = 10_000;

/** Commands of `Template` patterns that change a table's form, or load it. */
const schemaChange = /^(ALTER|CREATE|DROP|TRUNCATE|REINDEX|CLUSTER|OPTIMIZE|RENAME|COPY FROM|LOAD|REFRESH)\b/;

/** Changes of the schema and of many rows at a time: the primary does them beside others, a replica often instead of others. */
export function replicaStall({ templates }: Workload): Finding | undefined {
  const found = templates
    .filter(stalls)
    .sort((a, b) => b.maxMicros - a.maxMicros || b.rows / b.executions - a.rows / a.executions);
  const [worst] = found;
  if (worst === undefined) return undefined;
  const ms = worst.maxMicros / 1000;
  const size = worst.timed > 0 ? `up to ${durationText(ms)}` : `${countText(Math.round(worst.rows / worst.executions))} rows a time`;
  return {
    id: "replica-stall",
    severity: ms >= graveMs ? "problem" : "warning",
    table: undefined,
    key: [],
    evidence:
      `${found.length === 1 ? "one template changes" : `${found.length} templates change`} the schema or many rows at a time; the ` +
      `longest runs ${size}, and a replica that applies it in order is behind as long: ${statementText(worst.template.text)}`,
    whatToDo:
      "write in batches of some thousand rows with a pause between them; change schemas by a tool that copies in steps " +
      "(gh-ost, pg_repack, CREATE INDEX CONCURRENTLY), and watch the lag while it runs",
    whatItCosts: "the change takes longer in all, and is seen bit by bit",
    origins: found.slice(0, 3).map(({ first }) => first),
  };
}

function stalls(use: TemplateUse): boolean {
  const { pattern } = use;
  const isLong = use.maxMicros >= longMs * 1000;
  if (pattern.kind === "utility") return isLong && schemaChange.test(pattern.command);
  if (pattern.kind !== "rows" || use.executions === 0) return false;
  const { kind } = pattern.statement;
  if (kind !== "insert" && kind !== "update" && kind !== "delete" && kind !== "merge") return false;
  return isLong || use.rows / use.executions >= manyRows;
}

const durationText = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
