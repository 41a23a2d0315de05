import type {
  Alias,
  DeleteStmt,
  InsertStmt,
  MergeStmt,
  Node,
  RangeVar,
  SelectStmt,
  TransactionStmt,
  UpdateStmt,
  WithClause,
} from "libpg-query";
import type { TransactionControl } from "../access.ts";
import { commandOf } from "../command.ts";
import { GrammarError } from "../grammar-error.ts";
import type {
  AssignmentSyntax,
  ExprSyntax,
  InsertSyntax,
  MergeClauseSyntax,
  NamedWindowSyntax,
  OutputSyntax,
  QuerySyntax,
  RowSyntax,
  SourceSyntax,
  StatementSyntax,
  TableSyntax,
  WithSyntax,
} from "../syntax.ts";
import type { Template } from "../template.ts";
import { functionName, readExpr, readType, readWindow, type Context } from "./expression.ts";
import { parsePostgres } from "./grammar.ts";

/** Parses and translates one statement of PostgreSQL. Throws GrammarError for what the grammar refuses. */
export function readPostgres(text: string, template: Template): StatementSyntax {
  const statements = parsePostgres(text.replaceAll(floatPrecision, "float"));
  if (statements.length > 1) return { kind: "unknown", reason: "several statements in one text" };
  const node = statements[0]?.stmt;
  if (node === undefined) return { kind: "unknown", reason: "empty statement" };

  const context: Context = { template, query: (query) => readQuery(query, context) };
  if ("TransactionStmt" in node) return readTransaction(node.TransactionStmt, template);
  if (isRowStatement(node)) return { kind: "rows", statement: readRows(node, context) };
  // A cursor's query is read when the rows are fetched; COPY (query) TO reads like the query alone.
  if ("DeclareCursorStmt" in node && node.DeclareCursorStmt.query !== undefined) {
    return { kind: "rows", statement: readRows(node.DeclareCursorStmt.query, context) };
  }
  if ("CopyStmt" in node) {
    const { query, is_from: loads } = node.CopyStmt;
    if (query !== undefined) return { kind: "rows", statement: readRows(query, context) };
    return { kind: "utility", command: loads === true ? "COPY FROM" : "COPY TO", implicitCommit: false };
  }
  return { kind: "utility", command: commandOf(template.text), implicitCommit: false };
}

/** The grammar itself checks this one number, at most 53, and a sentinel is larger. */
const floatPrecision = /\bfloat\s*\(\s*77\d{7}\s*\)/gi;

function readTransaction(statement: TransactionStmt, template: Template): StatementSyntax {
  const control = statement.kind === undefined ? undefined : controls[statement.kind];
  // COMMIT PREPARED and ROLLBACK PREPARED end somebody else's transaction.
  return control === undefined
    ? { kind: "utility", command: commandOf(template.text), implicitCommit: false }
    : { kind: "control", control, ...(statement.chain === true ? { chain: true } : {}) };
}

/** PREPARE TRANSACTION leaves the session without a transaction, like COMMIT. */
const controls: { readonly [kind in NonNullable<TransactionStmt["kind"]>]?: TransactionControl } = {
  TRANS_STMT_BEGIN: "begin",
  TRANS_STMT_START: "begin",
  TRANS_STMT_COMMIT: "commit",
  TRANS_STMT_ROLLBACK: "rollback",
  TRANS_STMT_SAVEPOINT: "savepoint",
  TRANS_STMT_RELEASE: "release-savepoint",
  TRANS_STMT_ROLLBACK_TO: "rollback-to-savepoint",
  TRANS_STMT_PREPARE: "commit",
};

function isRowStatement(node: Node): boolean {
  return (
    "SelectStmt" in node || "InsertStmt" in node || "UpdateStmt" in node || "DeleteStmt" in node || "MergeStmt" in node
  );
}

function readRows(node: Node, context: Context): RowSyntax {
  if ("SelectStmt" in node)
    return node.SelectStmt.intoClause === undefined
      ? readSelect(node.SelectStmt, context)
      : readSelectInto(node.SelectStmt, context);
  if ("InsertStmt" in node) return readInsert(node.InsertStmt, context);
  if ("UpdateStmt" in node) return readUpdate(node.UpdateStmt, context);
  if ("DeleteStmt" in node) return readDelete(node.DeleteStmt, context);
  if ("MergeStmt" in node) return readMerge(node.MergeStmt, context);
  throw new GrammarError(`no reading for ${Object.keys(node)[0]}`);
}

function readQuery(node: Node, context: Context): QuerySyntax {
  if (!("SelectStmt" in node)) throw new GrammarError(`a query was expected, not ${Object.keys(node)[0]}`);
  return readSelect(node.SelectStmt, context);
}

function readSelect(statement: SelectStmt, context: Context): QuerySyntax {
  const withClause = readWith(statement.withClause, context);
  const limit = statement.limitCount !== undefined || statement.limitOffset !== undefined;
  if (statement.op !== undefined && statement.op !== "SETOP_NONE") {
    return {
      kind: "set-operation",
      with: withClause,
      operator: setOperators[statement.op],
      all: statement.all ?? false,
      arms: readArms(statement, context),
      limit,
    };
  }
  if (statement.valuesLists !== undefined) {
    return { kind: "values", with: withClause, rows: statement.valuesLists.map((row) => readList(row, context)) };
  }
  const distinct = statement.distinctClause;
  return {
    kind: "select",
    with: withClause,
    from: (statement.fromClause ?? []).map((source) => readSource(source, context)),
    where: optional(statement.whereClause, context),
    groupBy: (statement.groupClause ?? []).map((expr) => readGrouping(expr, context)),
    having: optional(statement.havingClause, context),
    outputs: readOutputs(statement.targetList, context),
    distinct: distinct !== undefined,
    distinctOn: (distinct ?? []).flatMap((expr) => (Object.keys(expr).length === 0 ? [] : [readExpr(expr, context)])),
    namedWindows: (statement.windowClause ?? []).flatMap((window): NamedWindowSyntax[] =>
      "WindowDef" in window
        ? [{ name: window.WindowDef.name ?? "", ...readWindow(window.WindowDef, context, true) }]
        : [],
    ),
    orderBy: [...readSorting(statement.sortClause, context), ...readLimits(statement, context)],
    limit,
    locking: statement.lockingClause !== undefined,
  };
}

function readSorting(items: readonly Node[] | undefined, context: Context): ExprSyntax[] {
  return (items ?? []).flatMap((item) =>
    "SortBy" in item && item.SortBy.node !== undefined ? [readExpr(item.SortBy.node, context)] : [],
  );
}

/** `LIMIT (SELECT ...)` reads rows as well: kept beside ORDER BY, where it decides nothing and is not overlooked. */
function readLimits(statement: SelectStmt, context: Context): ExprSyntax[] {
  return [statement.limitCount, statement.limitOffset].flatMap((node) => {
    const expr = optional(node, context);
    return expr === undefined || expr.kind === "slot" || expr.kind === "constant"
      ? []
      : [{ kind: "other" as const, name: "limit", args: [expr] }];
  });
}

const setOperators = { SETOP_UNION: "union", SETOP_INTERSECT: "intersect", SETOP_EXCEPT: "except" } as const;

/**
 * `a UNION ALL b UNION ALL c` is a tree to the left; arms of one operator are listed flat (EXCEPT is not associative).
 */
function readArms(statement: SelectStmt, context: Context): QuerySyntax[] {
  const arms: QuerySyntax[] = [];
  let left: SelectStmt | undefined = statement;
  while (left !== undefined) {
    const { larg, rarg }: SelectStmt = left;
    if (larg === undefined || rarg === undefined) throw new GrammarError("a set operation without two arms");
    arms.unshift(readSelect(rarg, context));
    const nested: boolean =
      larg.op === statement.op &&
      (larg.all ?? false) === (statement.all ?? false) &&
      statement.op !== "SETOP_EXCEPT" &&
      larg.withClause === undefined &&
      larg.limitCount === undefined &&
      larg.limitOffset === undefined;
    if (!nested) arms.unshift(readSelect(larg, context));
    left = nested ? larg : undefined;
  }
  return arms;
}

/** SELECT ... INTO writes a new table. */
function readSelectInto(statement: SelectStmt, context: Context): RowSyntax {
  const into = statement.intoClause?.rel;
  const source = readSelect(statement, context);
  const names =
    source.kind === "select" && source.outputs.every((output) => output.kind === "expr")
      ? source.outputs.map((output) => (output.kind === "expr" ? output.name : "*"))
      : undefined;
  return {
    kind: "insert",
    target: readTable(into ?? {}),
    replace: false,
    columns: names,
    source,
    onConflict: undefined,
    outputs: [],
  };
}

function readInsert(statement: InsertStmt, context: Context): InsertSyntax {
  const conflict = statement.onConflictClause;
  return {
    kind: "insert",
    with: readWith(statement.withClause, context),
    target: readTable(statement.relation ?? {}),
    replace: false,
    columns: statement.cols?.flatMap((column) =>
      "ResTarget" in column ? [(column.ResTarget.name ?? "").toLowerCase()] : [],
    ),
    source: statement.selectStmt === undefined ? undefined : readQuery(statement.selectStmt, context),
    onConflict:
      conflict === undefined
        ? undefined
        : {
            action: conflict.action === "ONCONFLICT_UPDATE" ? "update" : "nothing",
            set: readAssignments(conflict.targetList, statement.relation, context),
            where: optional(conflict.whereClause, context),
          },
    outputs: readOutputs(statement.returningClause?.exprs, context),
  };
}

function readUpdate(statement: UpdateStmt, context: Context): RowSyntax {
  return {
    kind: "update",
    with: readWith(statement.withClause, context),
    from: [
      readTable(statement.relation ?? {}),
      ...(statement.fromClause ?? []).map((source) => readSource(source, context)),
    ],
    set: readAssignments(statement.targetList, statement.relation, context),
    where: optional(statement.whereClause, context),
    limit: false,
    firstOnly: true,
    outputs: readOutputs(statement.returningClause?.exprs, context),
  };
}

function readDelete(statement: DeleteStmt, context: Context): RowSyntax {
  return {
    kind: "delete",
    with: readWith(statement.withClause, context),
    targets: undefined,
    from: [
      readTable(statement.relation ?? {}),
      ...(statement.usingClause ?? []).map((source) => readSource(source, context)),
    ],
    where: optional(statement.whereClause, context),
    limit: false,
    outputs: readOutputs(statement.returningClause?.exprs, context),
  };
}

function readMerge(statement: MergeStmt, context: Context): RowSyntax {
  if (statement.sourceRelation === undefined || statement.joinCondition === undefined)
    throw new GrammarError("a MERGE without source or condition");
  return {
    kind: "merge",
    with: readWith(statement.withClause, context),
    target: readTable(statement.relation ?? {}),
    source: readSource(statement.sourceRelation, context),
    on: readExpr(statement.joinCondition, context),
    clauses: (statement.mergeWhenClauses ?? []).flatMap((node): MergeClauseSyntax[] => {
      if (!("MergeWhenClause" in node)) return [];
      const clause = node.MergeWhenClause;
      const inserts = clause.commandType === "CMD_INSERT";
      return [
        {
          action: inserts
            ? "insert"
            : clause.commandType === "CMD_UPDATE"
              ? "update"
              : clause.commandType === "CMD_DELETE"
                ? "delete"
                : "nothing",
          condition: optional(clause.condition, context),
          set: inserts ? [] : readAssignments(clause.targetList, statement.relation, context),
          columns: inserts
            ? clause.targetList?.flatMap((target) =>
                "ResTarget" in target ? [(target.ResTarget.name ?? "").toLowerCase()] : [],
              )
            : undefined,
          values: (clause.values ?? []).map((value) => readExpr(value, context)),
        },
      ];
    }),
    outputs: readOutputs(statement.returningClause?.exprs, context),
  };
}

function readWith(clause: WithClause | undefined, context: Context): WithSyntax | undefined {
  if (clause === undefined) return undefined;
  const ctes = (clause.ctes ?? []).flatMap((node) => {
    if (!("CommonTableExpr" in node) || node.CommonTableExpr.ctequery === undefined) return [];
    const { ctename = "", aliascolnames, ctequery } = node.CommonTableExpr;
    return [{ name: ctename, columns: names(aliascolnames), statement: readRows(ctequery, context) }];
  });
  return { recursive: clause.recursive ?? false, ctes };
}

function readAssignments(
  targets: readonly Node[] | undefined,
  table: RangeVar | undefined,
  context: Context,
): AssignmentSyntax[] {
  return (targets ?? []).flatMap((node): AssignmentSyntax[] => {
    if (!("ResTarget" in node) || node.ResTarget.val === undefined) return [];
    const { name = "", val, indirection } = node.ResTarget;
    const value = readExpr(val, context);
    // `SET t.a = 1` is not PostgreSQL's, but an application's that runs on several systems.
    const field = name === (table?.alias?.aliasname ?? table?.relname) ? names(indirection)[0] : undefined;
    if (field !== undefined) return [{ qualifier: undefined, column: field.toLowerCase(), value }];
    // `SET point.x = 1`, `SET list[2] = 1` change a part of the column.
    const whole: ExprSyntax = indirection === undefined ? value : { kind: "other", name: "part", args: [value] };
    return [{ qualifier: undefined, column: name.toLowerCase(), value: whole }];
  });
}

function readOutputs(targets: readonly Node[] | undefined, context: Context): OutputSyntax[] {
  return (targets ?? []).flatMap((node): OutputSyntax[] => {
    if (!("ResTarget" in node) || node.ResTarget.val === undefined) return [];
    const { name, val } = node.ResTarget;
    if ("ColumnRef" in val) {
      const fields = val.ColumnRef.fields ?? [];
      const last = fields.at(-1);
      if (last !== undefined && "A_Star" in last) {
        const qualifier = fields.at(-2);
        return [
          {
            kind: "star",
            qualifier: qualifier !== undefined && "String" in qualifier ? qualifier.String.sval : undefined,
          },
        ];
      }
    }
    return [{ kind: "expr", name: (name ?? columnName(val)).toLowerCase(), expr: readExpr(val, context) }];
  });
}

/** The name that PostgreSQL gives an output without AS (`FigureColname` in parse_target.c). */
function columnName(node: Node): string {
  if ("ColumnRef" in node) return names(node.ColumnRef.fields).at(-1) ?? "?column?";
  if ("A_Indirection" in node)
    return (
      names(node.A_Indirection.indirection).at(-1) ??
      (node.A_Indirection.arg === undefined ? "?column?" : columnName(node.A_Indirection.arg))
    );
  if ("FuncCall" in node) return names(node.FuncCall.funcname).at(-1) ?? "?column?";
  if ("TypeCast" in node) {
    const inner = node.TypeCast.arg === undefined ? "?column?" : columnName(node.TypeCast.arg);
    return inner === "?column?" ? readType(node.TypeCast.typeName).replace("[]", "") : inner;
  }
  if ("CollateClause" in node && node.CollateClause.arg !== undefined) return columnName(node.CollateClause.arg);
  if ("CaseExpr" in node) {
    const inner = node.CaseExpr.defresult === undefined ? "?column?" : columnName(node.CaseExpr.defresult);
    return inner === "?column?" ? "case" : inner;
  }
  if ("CoalesceExpr" in node) return "coalesce";
  if ("MinMaxExpr" in node) return node.MinMaxExpr.op === "IS_LEAST" ? "least" : "greatest";
  if ("A_Expr" in node && node.A_Expr.kind === "AEXPR_NULLIF") return "nullif";
  if ("A_ArrayExpr" in node) return "array";
  if ("RowExpr" in node) return "row";
  if ("GroupingFunc" in node) return "grouping";
  if ("SQLValueFunction" in node) return (node.SQLValueFunction.op ?? "").replace(/^SVFOP_|_N$/g, "").toLowerCase();
  if ("SubLink" in node) {
    const { subLinkType, subselect } = node.SubLink;
    if (subLinkType === "EXISTS_SUBLINK") return "exists";
    if (subLinkType === "ARRAY_SUBLINK") return "array";
    const target =
      subselect !== undefined && "SelectStmt" in subselect ? subselect.SelectStmt.targetList?.[0] : undefined;
    if (
      subLinkType === "EXPR_SUBLINK" &&
      target !== undefined &&
      "ResTarget" in target &&
      target.ResTarget.val !== undefined
    ) {
      return target.ResTarget.name ?? columnName(target.ResTarget.val);
    }
  }
  return "?column?";
}

function readSource(node: Node, context: Context): SourceSyntax {
  if ("RangeVar" in node) return readTable(node.RangeVar);
  if ("JoinExpr" in node) {
    const join = node.JoinExpr;
    if (join.larg === undefined || join.rarg === undefined) throw new GrammarError("a join without two sides");
    const using = names(join.usingClause).map((name) => name.toLowerCase());
    const bare = join.quals === undefined && using.length === 0 && join.isNatural !== true;
    return {
      kind: "join",
      type: bare ? "cross" : (joinTypes.get(join.jointype ?? "JOIN_INNER") ?? "inner"),
      left: readSource(join.larg, context),
      right: readSource(join.rarg, context),
      on: optional(join.quals, context),
      using,
      natural: join.isNatural ?? false,
      alias: join.alias?.aliasname ?? join.join_using_alias?.aliasname,
    };
  }
  if ("RangeSubselect" in node) {
    const { lateral, subquery, alias } = node.RangeSubselect;
    if (subquery === undefined) throw new GrammarError("a derived table without a query");
    return { kind: "query", ...readAlias(alias), query: readQuery(subquery, context), lateral: lateral ?? false };
  }
  if ("RangeFunction" in node) {
    const { functions, alias, coldeflist } = node.RangeFunction;
    const calls = (functions ?? []).flatMap((item) =>
      "List" in item && item.List.items?.[0] !== undefined ? [item.List.items[0]] : [],
    );
    const first = calls[0];
    const name = first !== undefined && "FuncCall" in first ? functionName(first.FuncCall.funcname) : "function";
    const args = calls.flatMap((item) =>
      "FuncCall" in item ? (item.FuncCall.args ?? []).map((arg) => readExpr(arg, context)) : [readExpr(item, context)],
    );
    const declared = (coldeflist ?? []).flatMap((column) =>
      "ColumnDef" in column ? [column.ColumnDef.colname ?? ""] : [],
    );
    const named = readAlias(alias);
    return {
      kind: "function",
      alias: named.alias === "" ? name : named.alias,
      columnAliases: named.columnAliases.length > 0 ? named.columnAliases : declared,
      name,
      args,
    };
  }
  if ("RangeTableSample" in node && node.RangeTableSample.relation !== undefined)
    return readSource(node.RangeTableSample.relation, context);
  const [tag = ""] = Object.keys(node);
  if ("JsonTable" in node || "RangeTableFunc" in node) {
    const table = "JsonTable" in node ? node.JsonTable : node.RangeTableFunc;
    const columns = tableColumns(table.columns);
    const named = readAlias(table.alias);
    const operands = readExpr({ ...node }, context);
    return {
      kind: "function",
      alias: named.alias,
      columnAliases: named.columnAliases.length > 0 ? named.columnAliases : columns,
      name: "JsonTable" in node ? "json_table" : "xmltable",
      args: [operands],
    };
  }
  throw new GrammarError(`no reading for ${tag} in FROM`);
}

/** Columns of JSON_TABLE and XMLTABLE, those of NESTED PATH among them. */
function tableColumns(columns: readonly Node[] | undefined): string[] {
  return (columns ?? []).flatMap((column): string[] => {
    if ("RangeTableFuncCol" in column) return [column.RangeTableFuncCol.colname ?? ""];
    if (!("JsonTableColumn" in column)) return [];
    const { name, columns: nested } = column.JsonTableColumn;
    return nested === undefined ? [name ?? ""] : tableColumns(nested);
  });
}

const joinTypes: ReadonlyMap<string, "inner" | "left" | "right" | "full"> = new Map([
  ["JOIN_INNER", "inner"],
  ["JOIN_LEFT", "left"],
  ["JOIN_RIGHT", "right"],
  ["JOIN_FULL", "full"],
]);

function readTable(table: RangeVar): TableSyntax {
  return {
    kind: "table",
    schema: table.schemaname,
    table: table.relname ?? "",
    alias: table.alias?.aliasname,
    columnAliases: names(table.alias?.colnames).map((name) => name.toLowerCase()),
  };
}

function readAlias(alias: Alias | undefined): { alias: string; columnAliases: readonly string[] } {
  return { alias: alias?.aliasname ?? "", columnAliases: names(alias?.colnames).map((name) => name.toLowerCase()) };
}

/**
 * ROLLUP, CUBE and GROUPING SETS also make groups that are coarser than any column of theirs: kept as one opaque
 * expression.
 */
function readGrouping(node: Node, context: Context): ExprSyntax {
  if (!("GroupingSet" in node)) return readExpr(node, context);
  const kind = node.GroupingSet.kind ?? "GROUPING_SET_EMPTY";
  const args = (node.GroupingSet.content ?? []).map((item) => readGrouping(item, context));
  return { kind: "other", name: kind.replace("GROUPING_SET_", "grouping-").toLowerCase(), args };
}

function readList(node: Node, context: Context): ExprSyntax[] {
  if (!("List" in node)) throw new GrammarError("a row of VALUES was expected");
  return (node.List.items ?? []).map((item) => readExpr(item, context));
}

function optional(node: Node | undefined, context: Context): ExprSyntax | undefined {
  return node === undefined ? undefined : readExpr(node, context);
}

function names(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((node) =>
    "String" in node && node.String.sval !== undefined ? [node.String.sval] : [],
  );
}
