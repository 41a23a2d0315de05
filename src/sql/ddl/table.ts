import { DdlError, newDraft, type DdlReader, type Drafts, type TableDraft, type TableName } from "./draft.ts";

/**
 * Reads CREATE TABLE behind the word TABLE. Undefined when the table is there and the statement says IF NOT EXISTS.
 */
export function readCreateTable(reader: DdlReader, tables: Drafts): TableDraft | undefined {
  const lenient = reader.take("if", "not", "exists");
  const draft = newDraft(reader.tableName(), reader.line);
  const same = tables.find(draft);
  if (same !== undefined && same.schema === draft.schema) {
    if (lenient) return undefined;
    throw new DdlError(`table ${draft.name} is declared twice; the first declaration counts`);
  }
  if (reader.take("partition", "of")) {
    const parent = existing(reader.tableName(), tables);
    draft.partitionOf = parent.name;
    inherit(draft, parent, true);
    if (reader.peek() === "(") readElements(reader, draft, tables);
    return draft;
  }
  if (reader.take("like")) {
    inherit(draft, existing(reader.tableName(), tables), true);
    return draft;
  }
  if (reader.peek() !== "(") throw new DdlError(`CREATE TABLE ${draft.name} lists no columns`);
  const inheritsFrom = parentsBehind(reader);
  for (const parent of inheritsFrom) inherit(draft, existing(parent, tables), false);
  readElements(reader, draft, tables);
  if (draft.columns.size === 0) throw new DdlError(`CREATE TABLE ${draft.name} lists no columns`);
  return draft;
}

/** Reads ALTER TABLE behind the word TABLE; what does not change columns or keys is passed over. */
export function readAlterTable(reader: DdlReader, tables: Drafts): void {
  reader.take("if", "exists");
  reader.take("only");
  const name = reader.tableName();
  reader.take("*");
  const table = tables.find(name);
  for (;;) {
    // Views, sequences and indexes are altered as tables, too: only a change that would have mattered is missed.
    if (table === undefined) {
      if (isKeyChange(reader)) throw new DdlError(`ALTER TABLE ${name.name}: there is no CREATE TABLE for it`);
    } else readAlteration(reader, table, tables);
    reader.skipElement();
    if (!reader.take(",")) return;
  }
}

function isKeyChange(reader: DdlReader): boolean {
  return reader.peek() === "add" && reader.peek(1) !== "generated";
}

function readAlteration(reader: DdlReader, table: TableDraft, tables: Drafts): void {
  if (reader.take("add")) {
    if (isConstraint(reader)) readConstraint(reader, table);
    else {
      reader.take("column");
      const lenient = reader.take("if", "not", "exists");
      if (reader.peek() === "(") readElements(reader, table, tables);
      else if (!(lenient && table.columns.has(reader.tokens[reader.at]?.text.toLowerCase() ?? "")))
        readColumn(reader, table);
    }
  } else if (reader.take("drop")) {
    if (reader.take("primary", "key")) table.primaryKey = undefined;
    else if (!["constraint", "index", "key", "foreign", "check", "partition"].includes(reader.peek())) {
      reader.take("column");
      reader.take("if", "exists");
      table.columns.delete(reader.name());
    }
  } else if (reader.take("rename")) {
    if (reader.take("to") || reader.take("as")) {
      const { name, spelled = {} } = reader.tableName();
      Object.assign(table, { name, spelled });
    } else if (!["constraint", "index", "key"].includes(reader.peek())) {
      reader.take("column");
      const from = reader.name();
      reader.expect("to");
      const to = reader.name();
      renameColumn(table, from, to);
      const renamed = table.columns.get(to);
      if (renamed !== undefined) table.columns.set(to, { ...renamed, ...reader.spelled });
    }
  } else if (reader.take("alter")) {
    reader.take("column");
    const column = reader.name();
    const known = table.columns.get(column);
    if (known === undefined) return;
    if (reader.take("set", "not", "null")) table.columns.set(column, { ...known, nullable: false });
    else if (reader.take("drop", "not", "null")) table.columns.set(column, { ...known, nullable: true });
    else if (reader.take("type") || reader.take("set", "data", "type"))
      table.columns.set(column, { ...known, ...reader.type() });
  } else if (reader.take("modify")) {
    reader.take("column");
    readColumn(reader, table);
  } else if (reader.take("change")) {
    reader.take("column");
    const from = reader.name();
    renameColumn(table, from, reader.tokens[reader.at]?.text.toLowerCase() ?? from);
    readColumn(reader, table);
  } else if (reader.take("attach", "partition")) {
    const part = tables.find(reader.tableName());
    if (part !== undefined) {
      part.partitionOf = table.name;
      part.primaryKey ??= table.primaryKey;
    }
  } else if (reader.take("inherit")) inherit(table, existing(reader.tableName(), tables), false);
}

/** Names behind `) INHERITS`, whose columns come before the table's own. */
function parentsBehind(reader: DdlReader): readonly TableName[] {
  const start = reader.at;
  reader.skipParentheses();
  const parents: TableName[] = [];
  if (reader.take("inherits", "(")) {
    do parents.push(reader.tableName());
    while (reader.take(","));
  }
  reader.at = start;
  return parents;
}

function readElements(reader: DdlReader, draft: TableDraft, tables: Drafts): void {
  reader.expect("(");
  if (reader.take(")")) return;
  for (;;) {
    if (reader.take("like")) inherit(draft, existing(reader.tableName(), tables), true);
    else if (isConstraint(reader)) readConstraint(reader, draft);
    else readColumn(reader, draft);
    reader.skipElement();
    // mysqldump's version comments can leave two commas behind.
    if (reader.take(")")) return;
    reader.expect(",");
    if (reader.take(")")) return;
  }
}

/** Whether a constraint or index comes next and not a column; some of its words are names of columns as well. */
function isConstraint(reader: DdlReader): boolean {
  const next = reader.peek(1);
  switch (reader.peek()) {
    case "constraint":
    case "foreign":
    case "exclude":
    case "check":
      return true;
    case "primary":
      return next === "key";
    case "fulltext":
    case "spatial":
      return !typeWords.has(next);
    case "unique":
      return true;
    // `key varchar(50)` is a column, `KEY name (a)` an index, `KEY (a)` one without a name.
    case "key":
    case "index":
      return (
        next === "(" ||
        next === "using" ||
        (reader.peek(2) === "(" && !typeWords.has(next)) ||
        reader.peek(2) === "using"
      );
    case "period":
      return next === "for";
    default:
      return false;
  }
}

const typeWords: ReadonlySet<string> = new Set(
  `
    varchar char character text int integer bigint smallint tinyint mediumint decimal numeric float double
    binary varbinary bit time timestamp datetime enum set year nvarchar nchar longtext mediumtext tinytext blob
  `
    .trim()
    .split(/\s+/),
);

function readConstraint(reader: DdlReader, draft: TableDraft): void {
  const named = reader.take("constraint");
  // In MySQL a constraint's name may be left out.
  if (named && !["primary", "unique", "foreign", "check"].includes(reader.peek())) reader.name();
  else if (named && isNameHere(reader)) reader.name();
  if (reader.take("primary", "key")) {
    const columns = keyColumns(reader);
    if (columns !== undefined) setPrimaryKey(draft, columns);
  } else if (reader.take("unique")) {
    if (reader.take("nulls", "not", "distinct")) reader.take("distinct");
    reader.take("key");
    reader.take("index");
    const columns = keyColumns(reader);
    if (columns !== undefined) addUnique(draft, columns);
  } else if (reader.take("foreign", "key")) {
    if (reader.peek() !== "(") reader.name();
    const columns = reader.columnList() ?? [];
    reader.expect("references");
    readReference(reader, draft, columns);
  }
}

/**
 * `CONSTRAINT unique UNIQUE (a)`: a word that also begins a constraint is a name when another beginning follows it.
 */
function isNameHere(reader: DdlReader): boolean {
  return ["primary", "unique", "foreign", "check"].includes(reader.peek(1));
}

/** `PRIMARY KEY USING BTREE (a)`, `UNIQUE KEY name (a)`; PostgreSQL's `PRIMARY KEY USING INDEX i` names no columns. */
function keyColumns(reader: DdlReader): readonly string[] | undefined {
  while (!reader.atEnd && reader.peek() !== "(" && reader.peek() !== ",") {
    if (reader.take("using", "index")) return undefined;
    reader.at += 1;
  }
  return reader.columnList();
}

function readReference(reader: DdlReader, draft: TableDraft, columns: readonly string[]): void {
  const table = reader.tableName();
  const references = reader.peek() === "(" ? reader.columnList() : undefined;
  if (columns.length > 0) draft.foreignKeys.push({ columns, table, references, line: reader.line });
}

function readColumn(reader: DdlReader, draft: TableDraft): void {
  const name = reader.name();
  const { spelled } = reader;
  // In PARTITION OF the column is the parent's and has no type: `(a WITH OPTIONS DEFAULT 1)`.
  const known = draft.columns.get(name);
  if (known !== undefined && reader.take("with", "options")) return;
  const { declared, type } = reader.type();
  if (declared === "") throw new DdlError(`column ${name} of ${draft.name} has no type`);
  let nullable = !/^(?:small|big)?serial/i.test(declared);
  draft.columns.set(name, { name, ...spelled, type, declared, nullable });
  while (!reader.atEnd && reader.peek() !== "," && reader.peek() !== ")") {
    if (reader.take("not", "null")) nullable = false;
    else if (reader.take("primary", "key") || (reader.peek(-1) !== "unique" && reader.take("key")))
      setPrimaryKey(draft, [name]);
    else if (reader.take("unique")) {
      reader.take("key");
      addUnique(draft, [name]);
    } else if (reader.take("references")) readReference(reader, draft, [name]);
    else if (reader.peek() === "(") reader.skipParentheses();
    else reader.at += 1;
  }
  const primary = draft.primaryKey?.includes(name) === true;
  draft.columns.set(name, { name, ...spelled, type, declared, nullable: nullable && !primary });
}

function setPrimaryKey(draft: TableDraft, columns: readonly string[]): void {
  draft.primaryKey = columns;
  for (const name of columns) {
    const column = draft.columns.get(name);
    if (column !== undefined) draft.columns.set(name, { ...column, nullable: false });
  }
}

export function addUnique(draft: TableDraft, columns: readonly string[]): void {
  if (!draft.uniqueKeys.some((key) => key.join("\0") === columns.join("\0"))) draft.uniqueKeys.push(columns);
}

function inherit(draft: TableDraft, parent: TableDraft, keys: boolean): void {
  for (const [name, column] of parent.columns) draft.columns.set(name, column);
  if (!keys) return;
  draft.primaryKey = parent.primaryKey;
  for (const key of parent.uniqueKeys) addUnique(draft, key);
  draft.foreignKeys.push(...parent.foreignKeys);
}

function existing(name: TableName, tables: Drafts): TableDraft {
  const table = tables.find(name);
  if (table === undefined) throw new DdlError(`there is no CREATE TABLE for ${name.name} before it`);
  return table;
}

/** Keeps the column's place; keys follow. */
function renameColumn(table: TableDraft, from: string, to: string): void {
  if (from === to) return;
  const columns = [...table.columns.values()];
  table.columns.clear();
  for (const column of columns)
    table.columns.set(
      column.name === from ? to : column.name,
      column.name === from ? { name: to, type: column.type, declared: column.declared, nullable: column.nullable } : column,
    );
  const followed = (key: readonly string[]): readonly string[] => key.map((name) => (name === from ? to : name));
  table.primaryKey = table.primaryKey === undefined ? undefined : followed(table.primaryKey);
  table.uniqueKeys.splice(0, Infinity, ...table.uniqueKeys.map(followed));
  table.foreignKeys.splice(
    0,
    Infinity,
    ...table.foreignKeys.map((key) => ({ ...key, columns: followed(key.columns) })),
  );
}
