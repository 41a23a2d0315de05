import { GrammarError } from "../grammar-error.ts";
import type {
  AssignmentSyntax,
  ExprSyntax,
  InsertSyntax,
  OutputSyntax,
  QuerySyntax,
  RowSyntax,
  SourceSyntax,
  StatementSyntax,
  TableSyntax,
  ValuesSyntax,
  WithSyntax,
} from "../syntax.ts";
import type { Template } from "../template.ts";
import { readCommand } from "./command.ts";
import { readExpr, readWindow, type Context } from "./expression.ts";
import { parseMysql } from "./grammar.ts";
import { plainJoins } from "./plain-joins.ts";
import { rewritten, rollupMarker } from "./rewrites.ts";
import { textOf, tokensOf, type Token } from "./tokens.ts";
import { identifier, listOf, nameParts, present, variantOf, type Tree } from "./tree.ts";

/** Parses and translates one statement of MySQL. Throws GrammarError for what the grammar refuses. */
export function readMysql(text: string, template: Template): StatementSyntax {
  const tokens = tokensOf(text);
  const end = tokens.findIndex((token) => token.word === ";" && token.kind === "operator");
  const first = end === -1 ? tokens : tokens.slice(0, end);
  if (end !== -1 && tokens.slice(end).some((token) => token.word !== ";"))
    return { kind: "unknown", reason: "several statements in one text" };
  if (first.length === 0) return { kind: "unknown", reason: "empty statement" };

  const command = readCommand(first, template);
  if (command !== undefined) return command;
  const context: Context = { template, query: (query) => readQuery(query, context) };
  const statement = parseWithRepairs(rewritten(first));
  const { tag, payload } = variantOf(statement);
  if (payload === undefined || !["Query", "Insert", "Update", "Delete"].includes(tag)) {
    throw new GrammarError(`no reading for ${tag}`);
  }
  return { kind: "rows", statement: readRows(tag, payload, context) };
}

/** Joins in the rarer spellings are rewritten only when the grammar has refused the plain text. */
function parseWithRepairs(tokens: readonly Token[]): Tree | undefined {
  const text = textOf(tokens);
  try {
    return parseMysql(text)[0];
  } catch (error) {
    const mended = textOf(plainJoins(tokens));
    if (!(error instanceof GrammarError) || mended === text) throw error;
    return parseMysql(mended)[0];
  }
}

function readRows(tag: string, payload: Tree, context: Context): RowSyntax {
  switch (tag) {
    case "Query":
      return readQueryOrChange(payload, context);
    case "Insert":
      return readInsert(payload, context);
    case "Update":
      return readUpdate(payload, context);
    case "Delete":
      return readDelete(payload, context);
    default:
      throw new GrammarError(`no reading for ${tag}`);
  }
}

/** `WITH q AS (...) UPDATE ...` comes as a query whose body is the UPDATE. */
function readQueryOrChange(query: Tree, context: Context): RowSyntax {
  const { tag, payload } = variantOf(query["body"]);
  if (!["Insert", "Update", "Delete"].includes(tag)) return readQuery(query, context);
  const inner = variantOf(payload);
  const body = inner.tag === tag ? inner.payload : payload;
  if (body === undefined) throw new GrammarError(`no reading for ${tag}`);
  return { ...readRows(tag, body, context), with: readWith(present(query["with"]), context) };
}

function readQuery(query: Tree, context: Context): QuerySyntax {
  const body = readBody(query["body"], context);
  const withClause = readWith(present(query["with"]), context);
  const limit = present(query["limit_clause"]) !== undefined || present(query["fetch"]) !== undefined;
  const locking = listOf(query["locks"]).length > 0;
  const orderBy = readOrder(present(query["order_by"]), context);
  const ctes = withClause ?? body.with;
  if (body.kind === "values") return { ...body, with: ctes };
  if (body.kind === "set-operation") return { ...body, with: ctes, limit: body.limit || limit };
  return {
    ...body,
    with: ctes,
    orderBy: [...body.orderBy, ...orderBy],
    limit: body.limit || limit,
    locking: body.locking || locking,
  };
}

function readBody(node: Tree | undefined, context: Context): QuerySyntax {
  const { tag, payload } = variantOf(node);
  if (payload === undefined) throw new GrammarError("a query without a body");
  switch (tag) {
    case "Select":
      return readSelect(payload, context);
    case "Query":
      return readQuery(payload, context);
    case "Values":
      return readValues(payload, context);
    case "SetOperation":
      return readSetOperation(payload, context);
    default:
      throw new GrammarError(`no reading for ${tag} as a query`);
  }
}

function readSelect(select: Tree, context: Context): QuerySyntax {
  return {
    kind: "select",
    from: listOf(select["from"])
      .map((source) => readJoined(source, context))
      .filter((source) => !isDual(source)),
    where: optional(present(select["selection"]), context),
    groupBy: readGroupBy(present(select["group_by"]), context),
    having: optional(present(select["having"]), context),
    outputs: listOf(select["projection"]).map((item) => readOutput(item, context)),
    distinct: present(select["distinct"]) !== undefined && variantOf(select["distinct"]).tag !== "All",
    distinctOn: [],
    namedWindows: listOf(select["named_window"]).flatMap((definition) => {
      const [name, window] = listOf(definition);
      return window === undefined ? [] : [{ name: identifier(name), ...readWindow(window, context) }];
    }),
    orderBy: [],
    limit: false,
    locking: false,
  };
}

/** `FROM dual` is MySQL's way of having no table. */
function isDual(source: SourceSyntax): boolean {
  return source.kind === "table" && source.table === "dual" && source.schema === undefined;
}

/** WITH ROLLUP also makes groups that are coarser than any column: the list becomes one opaque expression. */
function readGroupBy(node: Tree | undefined, context: Context): ExprSyntax[] {
  const { tag, payload } = variantOf(node);
  if (tag !== "Expressions") return [];
  const exprs = listOf(listOf(payload)[0]).map((expr) => readExpr(expr, context));
  const groups = exprs.filter((expr) => !(expr.kind === "function" && expr.name === rollupMarker));
  return groups.length === exprs.length ? exprs : [{ kind: "other", name: "grouping-rollup", args: groups }];
}

function readOrder(node: Tree | undefined, context: Context): ExprSyntax[] {
  const { tag, payload } = variantOf(node?.["kind"]);
  return tag === "Expressions" ? listOf(payload).map((item) => readExpr(item["expr"], context)) : [];
}

function readValues(payload: Tree, context: Context): ValuesSyntax {
  return {
    kind: "values",
    rows: listOf(payload["rows"]).map((row) => listOf(row["content"] ?? row).map((expr) => readExpr(expr, context))),
  };
}

/**
 * `a UNION ALL b UNION ALL c` is a tree to the left; arms of one operator are listed flat (EXCEPT is not associative).
 */
function readSetOperation(operation: Tree, context: Context): QuerySyntax {
  const operator = setOperator(operation);
  const all = isAll(operation);
  const arms: QuerySyntax[] = [];
  let left: Tree | undefined = operation;
  while (left !== undefined) {
    arms.unshift(readBody(left["right"], context));
    const { tag, payload } = variantOf(left["left"]);
    const nested =
      tag === "SetOperation" &&
      payload !== undefined &&
      operator !== "except" &&
      setOperator(payload) === operator &&
      isAll(payload) === all;
    if (!nested) arms.unshift(readBody(left["left"], context));
    left = nested ? payload : undefined;
  }
  return { kind: "set-operation", operator, all, arms, limit: false };
}

function setOperator(operation: Tree): "union" | "intersect" | "except" {
  const { tag } = variantOf(operation["op"]);
  return tag === "Intersect" ? "intersect" : tag === "Union" ? "union" : "except";
}

function isAll(operation: Tree): boolean {
  return variantOf(operation["set_quantifier"]).tag === "All";
}

function readWith(clause: Tree | undefined, context: Context): WithSyntax | undefined {
  if (clause === undefined) return undefined;
  return {
    recursive: (clause["recursive"] as unknown) === true,
    ctes: listOf(clause["cte_tables"]).map((cte) => ({
      name: identifier(cte["alias"]?.["name"]),
      columns: aliasColumns(cte["alias"]),
      statement: readQueryOrChange(cte["query"]!, context),
    })),
  };
}

function readOutput(item: Tree, context: Context): OutputSyntax {
  const { tag, payload } = variantOf(item);
  switch (tag) {
    case "Wildcard":
      return { kind: "star", qualifier: undefined };
    case "QualifiedWildcard": {
      const { payload: name } = variantOf(listOf(payload)[0]);
      return { kind: "star", qualifier: nameParts(name).at(-1) };
    }
    case "ExprWithAlias":
      // An alias in quotes is a literal to the template.
      return {
        kind: "expr",
        name: identifier(payload?.["alias"]).replace(/^__sp_\d+__$/, "?"),
        expr: readExpr(payload?.["expr"], context),
      };
    default: {
      const expr = readExpr(payload, context);
      return { kind: "expr", name: outputName(expr), expr };
    }
  }
}

/** MySQL names an output without AS by its text, which the template has only for calls and columns. */
function outputName(expr: ExprSyntax): string {
  if (expr.kind === "column") return expr.column;
  if (expr.kind !== "function") return "?";
  return `${expr.name}(${expr.args.length === 0 && expr.aggregate ? "*" : expr.args.map(outputName).join(", ")})`;
}

function readJoined(node: Tree, context: Context): SourceSyntax {
  let left = readFactor(node["relation"], context);
  for (const join of listOf(node["joins"])) {
    const { tag, payload } = variantOf(join["join_operator"]);
    const right = readFactor(join["relation"], context);
    const constraint = variantOf(payload);
    const on = constraint.tag === "On" ? readExpr(constraint.payload, context) : undefined;
    const using =
      constraint.tag === "Using" ? listOf(constraint.payload).map((name) => nameParts(name).at(-1) ?? "") : [];
    const natural = constraint.tag === "Natural";
    const bare = on === undefined && using.length === 0 && !natural;
    left = {
      kind: "join",
      type: bare ? "cross" : (joinTypes.get(tag) ?? "inner"),
      left,
      right,
      on,
      using,
      natural,
      alias: undefined,
    };
  }
  return left;
}

const joinTypes: ReadonlyMap<string, "left" | "right" | "full"> = new Map([
  ["Left", "left"],
  ["LeftOuter", "left"],
  ["Right", "right"],
  ["RightOuter", "right"],
  ["FullOuter", "full"],
]);

function readFactor(node: Tree | undefined, context: Context): SourceSyntax {
  const { tag, payload } = variantOf(node);
  const alias = present(payload?.["alias"]);
  const name = identifier(alias?.["name"]);
  switch (tag) {
    case "Table": {
      const args = present(payload?.["args"]);
      if (args === undefined) return readTable(payload!);
      const operands = listOf(args["args"]).map((arg) => readExpr(arg["Unnamed"]?.["Expr"], context));
      const called = nameParts(payload?.["name"]).join(".");
      return {
        kind: "function",
        alias: alias === undefined ? called : name,
        columnAliases: aliasColumns(alias),
        name: called,
        args: operands,
      };
    }
    case "Derived":
      return {
        kind: "query",
        alias: name,
        columnAliases: aliasColumns(alias),
        query: readQuery(payload!["subquery"]!, context),
        lateral: (payload?.["lateral"] as unknown) === true,
      };
    case "NestedJoin": {
      const inner = readJoined(payload!["table_with_joins"]!, context);
      return inner.kind === "join" && alias !== undefined ? { ...inner, alias: name } : inner;
    }
    case "JsonTable":
      return {
        kind: "function",
        alias: name,
        columnAliases: jsonColumns(payload?.["columns"]),
        name: "json_table",
        args: [readExpr(payload?.["json_expr"], context)],
      };
    default:
      throw new GrammarError(`no reading for ${tag} in FROM`);
  }
}

/** Names of the columns of JSON_TABLE, those of NESTED PATH among them. */
function jsonColumns(columns: Tree | undefined): string[] {
  return listOf(columns).flatMap((column) => {
    const { tag, payload } = variantOf(column);
    if (tag === "Nested") return jsonColumns(payload?.["columns"]);
    return [tag === "ForOrdinality" ? identifier(payload) : identifier(payload?.["name"])];
  });
}

function readTable(table: Tree): TableSyntax {
  const parts = nameParts(table["name"]);
  const alias = present(table["alias"]);
  return {
    kind: "table",
    schema: parts.at(-2),
    table: parts.at(-1) ?? "",
    alias: alias === undefined ? undefined : identifier(alias["name"]),
    columnAliases: aliasColumns(alias),
  };
}

function aliasColumns(alias: Tree | undefined): string[] {
  return listOf(alias?.["columns"]).map((column) => identifier(present(column["name"]) ?? column));
}

function readInsert(insert: Tree, context: Context): InsertSyntax {
  const { tag, payload } = variantOf(insert["table"]);
  if (tag !== "TableName") throw new GrammarError("an INSERT without a table");
  const parts = nameParts(payload);
  const assignments = readAssignments(insert["assignments"], context);
  const named = listOf(insert["columns"]).map(
    (column) => nameParts(Array.isArray(column) ? column : [column]).at(-1) ?? "",
  );
  const source = present(insert["source"]);
  const { tag: on, payload: update } = variantOf(present(insert["on"]));
  if (on === "OnConflict") throw new GrammarError("ON CONFLICT is not MySQL's");
  const rowAlias = present(insert["insert_alias"]);
  return {
    kind: "insert",
    target: { kind: "table", schema: parts.at(-2), table: parts.at(-1) ?? "", alias: undefined, columnAliases: [] },
    replace: (insert["replace_into"] as unknown) === true,
    columns: assignments.length > 0 ? assignments.map(({ column }) => column) : named.length > 0 ? named : undefined,
    source:
      assignments.length > 0
        ? { kind: "values", rows: [assignments.map(({ value }) => value)] }
        : source === undefined
          ? undefined
          : readQuery(source, context),
    onConflict:
      on === "DuplicateKeyUpdate"
        ? { action: "update", set: readAssignments(update, context), where: undefined }
        : (insert["ignore"] as unknown) === true
          ? { action: "nothing", set: [], where: undefined }
          : undefined,
    rowAlias:
      rowAlias === undefined
        ? undefined
        : {
            name: nameParts(rowAlias["row_alias"]).at(-1) ?? "",
            columns: listOf(rowAlias["col_aliases"]).map(identifier),
          },
    outputs: listOf(insert["returning"]).map((item) => readOutput(item, context)),
  };
}

function readUpdate(update: Tree, context: Context): RowSyntax {
  // The grammar at hand reads more than MySQL's.
  if (present(update["from"]) !== undefined) throw new GrammarError("UPDATE ... FROM is not MySQL's");
  return {
    kind: "update",
    from: [readJoined(update["table"]!, context)],
    set: readAssignments(update["assignments"], context),
    where: optional(present(update["selection"]), context),
    limit: present(update["limit"]) !== undefined,
    firstOnly: false,
    outputs: [],
  };
}

function readDelete(statement: Tree, context: Context): RowSyntax {
  const { payload } = variantOf(statement["from"]);
  const from = listOf(payload).map((source) => readJoined(source, context));
  const using = listOf(statement["using"]).map((source) => readJoined(source, context));
  const named = listOf(statement["tables"]).map(nameParts);
  const fromNames =
    using.length === 0
      ? []
      : from.flatMap((source) => (source.kind === "table" ? [[source.schema ?? "", source.table]] : []));
  const targets = [...named, ...fromNames].map((parts) => ({
    schema: parts.at(-2) === "" ? undefined : parts.at(-2),
    table: parts.at(-1) ?? "",
  }));
  const sources = (using.length === 0 ? from : using).flatMap(tableNames);
  const stranger = targets.find(({ table }) => !sources.includes(table));
  if (stranger !== undefined) throw new GrammarError(`DELETE from ${stranger.table}, which is not among its tables`);
  return {
    kind: "delete",
    targets: targets.length === 0 ? undefined : targets,
    from: using.length === 0 ? from : using,
    where: optional(present(statement["selection"]), context),
    limit: present(statement["limit"]) !== undefined,
    outputs: listOf(statement["returning"]).map((item) => readOutput(item, context)),
  };
}

function tableNames(source: SourceSyntax): string[] {
  if (source.kind === "join") return [...tableNames(source.left), ...tableNames(source.right)];
  return source.kind === "table" ? [source.alias ?? source.table] : [source.alias];
}

function readAssignments(node: unknown, context: Context): AssignmentSyntax[] {
  return listOf(node).map((assignment) => {
    const { payload } = variantOf(assignment["target"]);
    const parts = nameParts(payload);
    return { qualifier: parts.at(-2), column: parts.at(-1) ?? "", value: readExpr(assignment["value"], context) };
  });
}

function optional(node: Tree | undefined, context: Context): ExprSyntax | undefined {
  return node === undefined ? undefined : readExpr(node, context);
}
