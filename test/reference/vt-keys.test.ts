import { beforeAll, expect, test } from "vitest";
import { loadGrammar, parseTemplate } from "../../src/sql/parse.ts";
import { emptySchema, type Schema } from "../../src/sql/schema.ts";
import { parseSchema } from "../../src/sql/schema-ddl.ts";
import { templateOf } from "../../src/sql/template-of.ts";
import { usageOf, type ColumnUse } from "../../src/sql/usage.ts";
import { describeReference, readReference } from "./reference.ts";

/** What `vt keys` prints for a query. */
interface VtQuery {
  readonly queryStructure: string;
  readonly tableNames?: readonly string[];
  readonly filterColumns?: readonly string[];
  readonly joinPredicates?: readonly string[];
  readonly groupingColumns?: readonly string[];
}

const vtOperators: Readonly<Record<string, string>> = { "<": "lt", "<=": "le", ">": "gt", ">=": "ge", "<>": "!=" };
const unique = (names: readonly string[] = []): string[] => [...new Set(names)].toSorted();
const columnName = ({ table, column }: ColumnUse): string => `${table}.${column}`;

function ours(structure: string, schema: Schema) {
  // vt looks into EXPLAIN (to us it reads no rows), and numbers list variables, which no server takes: `::1`.
  const sql = structure.replace(/^VEXPLAIN TRACE /, "").replaceAll(/::(\d+)/g, "::list$1");
  const access = parseTemplate(templateOf(sql, "mysql").template, schema);
  const usage = usageOf(access);
  return {
    kind: access.kind,
    tables: unique(usage.tables),
    filters: unique(usage.filterColumns.map((use) => `${columnName(use)} ${vtOperators[use.op] ?? use.op}`)),
    joins: unique(
      usage.joinPredicates.map(
        ({ left, right, op }) => `${columnName(left)} ${op === "<>" ? "!=" : op} ${columnName(right)}`,
      ),
    ),
    grouping: unique(usage.groupingColumns.map(columnName)),
  };
}

describeReference("vt keys finds the same tables, filter columns and join predicates", () => {
  beforeAll(() => loadGrammar("mysql"));

  const tpch = (): Schema => parseSchema(readReference("logs/vt/t/tpch_failing_queries.test"), "mysql").schema;
  test.each([
    ["keys-log", tpch, 25],
    ["keys-log-vtgate", () => emptySchema, 21],
    ["bigger_slow_query_log", () => emptySchema, 14],
  ])("%s", (file, schema, count) => {
    const { queries } = JSON.parse(readReference(`logs/vt/keys-output/${file}.json`)) as {
      queries: readonly VtQuery[];
    };
    expect(queries.length).toBe(count);
    for (const query of queries) {
      const found = ours(query.queryStructure, schema());
      const more = groupedThroughDerivedTables.get(query.queryStructure.slice(0, 40)) ?? [];
      expect({ query: query.queryStructure, ...found }).toEqual({
        query: query.queryStructure,
        kind: query.queryStructure === "COMMIT" ? "control" : "rows",
        tables: unique(query.tableNames),
        filters: unique(query.filterColumns),
        joins: unique(query.joinPredicates),
        grouping: unique([...(query.groupingColumns ?? []), ...more]),
      });
    }
  });
});

/**
 * TPC-H 7 and 9 group the rows of a derived table by a column that is a table's own; vt does not look behind the
 * derived table.
 */
const groupedThroughDerivedTables: ReadonlyMap<string, readonly string[]> = new Map([
  ["SELECT `supp_nation`, `cust_nation`, `l_", ["nation.n_name"]],
  ["SELECT `nation`, `o_year`, sum(`amount`)", ["nation.n_name"]],
]);
