/** What a column of a log can tell us. */
export type ColumnRole =
  | "sql"
  | "time"
  | "session"
  | "duration"
  | "rows"
  | "transaction"
  | "database"
  | "user"
  | "parameters"
  | "operation"
  | "table";

/** A column as the user names it: by the header's name (case does not matter), or by its zero-based index. */
export type ColumnChoice = string | number;

/**
 * Names under which logs carry a role, most telling first. Compared in lower case with `-`, space and `.` read as `_`.
 * A duration's unit may follow as a suffix, see `durationUnitOf`.
 */
export const columnNames = {
  sql: [
    "sql", "sql_text", "sqltext", "raw_sql", "rawsql", "sql_query", "sql_statement", "query", "query_text",
    "querytext", "statement", "statement_text", "stmt", "full_query", "db_statement", "argument", "text", "info",
  ],
  time: [
    "time", "ts", "timestamp", "@timestamp", "log_time", "logtime", "event_time", "eventtime", "start_time",
    "starttime", "started_at", "query_start", "query_start_time", "created_at", "executed_at", "datetime", "date_time",
    "at", "date",
  ],
  session: [
    "session", "session_id", "sessionid", "sid", "connection", "connection_id", "connectionid", "conn", "conn_id",
    "con_id", "thread", "thread_id", "threadid", "process_id", "pid", "backend_pid", "client_id",
  ],
  duration: [
    "duration", "elapsed", "elapsed_time", "latency", "response_time", "runtime", "run_time", "exec_time",
    "execution_time", "execute_time", "total_time", "query_time", "query_duration", "time_taken", "took",
  ],
  rows: [
    "rows", "row_count", "rowcount", "num_rows", "rows_returned", "rows_sent", "rows_affected", "affected_rows",
    "result_rows",
  ],
  transaction: [
    "transaction", "transaction_id", "transactionid", "txn", "txn_id", "txnid", "tx", "tx_id", "txid", "trx", "trx_id",
    "xid", "virtual_transaction_id",
  ],
  database: ["database", "database_name", "db", "db_name", "dbname", "datname", "schema", "schema_name", "keyspace"],
  user: ["user", "user_name", "username", "usename", "db_user", "dbuser", "user_host", "role", "login"],
  parameters: [
    "parameters", "params", "parameter_values", "bind", "binds", "bindings", "bind_variables", "bind_vars", "args",
  ],
  operation: [
    "operation", "op", "operation_type", "op_type", "action", "verb", "method", "access", "access_type", "command",
    "type",
  ],
  table: ["table", "table_name", "tablename", "relation", "relname", "collection", "entity", "object"],
} as const satisfies Record<ColumnRole, readonly string[]>;

/** The flag that names the column of a role, as every message writes it. */
export const columnFlag = (role: ColumnRole): string => `--${role}-column`;

/** The form in which names of columns are compared. */
export const comparableName = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[-\s.]+/g, "_");
