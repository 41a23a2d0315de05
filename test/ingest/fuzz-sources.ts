import type { FormatName, ReaderOptions } from "../../src/ingest/format.ts";

/** Logs to damage: `sample` is there always, `reference` is a path in the reference folder, gzip or plain. */
export interface FuzzSource {
  readonly sample?: string;
  readonly reference?: string;
  readonly options?: ReaderOptions;
}

const repeated = (record: (number: number) => string): string => Array.from({ length: 60 }, (_, n) => record(n)).join("");

/** What a PostgreSQL server says, as lines of one message each: its text, then its detail. */
const messages: readonly (readonly [text: string, detail?: string])[] = [
  ['duration: 0.5 ms  statement: SELECT "a",\n\tb FROM t WHERE id = 1'],
  ["execute s1: SELECT $1", "Parameters: $1 = 'x, ''y''\nz'"],
  ["duration: 0.25 ms"],
  ["duration: 1 ms  bind s1: SELECT $1", "Parameters: $1 = '1'"],
  ["checkpoint starting: time"],
  ["statement: COMMIT"],
];
const messageOf = (n: number) => messages[n % messages.length]!;
const quoted = (text = "") => (text === "" ? "" : `"${text.replaceAll('"', '""')}"`);
const csvlogLine = (n: number) =>
  `2026-11-20 07:44:09.${100 + n} UTC,"app","shop",${1300 + (n % 3)},"[local]",6afffa49.${n % 3},${n},"SELECT",2026-11-20 07:44:09 UTC,` +
  `3/${n},0,LOG,00000,${quoted(messageOf(n)[0])},${quoted(messageOf(n)[1])},,,,,,,,"psql","client backend",,0\n`;
const jsonlogLine = (n: number) =>
  `${JSON.stringify({ timestamp: `2026-11-20 07:44:09.${100 + n} UTC`, user: "app", dbname: "shop", pid: 1300 + (n % 3), error_severity: "LOG", message: messageOf(n)[0], detail: messageOf(n)[1] })}\n`;
/** The lines of a message in the server's plain log, whose further lines begin with a tab. */
const plainLines = (n: number, prefix: string): readonly string[] =>
  messageOf(n).flatMap((text, part) =>
    `${prefix}${part === 0 ? "LOG" : "DETAIL"}:  ${text!.replaceAll("\n", "\n\t")}`.split("\n"),
  );
const stderrRecord = (n: number) => `${plainLines(n, `2026-11-20 07:44:09.${100 + n} UTC [${1300 + (n % 3)}] app@shop/ps ql `).join("\n")}\n`;
const rdsRecord = (n: number) => `${plainLines(n, `2026-11-20 07:44:09 UTC:10.0.0.1(5432):app@shop:[${1300 + (n % 3)}]:`).join("\n")}\n`;
const syslogRecord = (envelope: (n: number) => string) => (n: number) =>
  plainLines(n, "user=app,db=shop ")
    .map((line, chunk) => `${envelope(n)}[${n}-${chunk + 1}] ${line.replaceAll("\t", "#011")}\n`)
    .join("");
const cloudSqlRecord = (n: number) =>
  plainLines(n, `2026-11-20 07:44:09.${100 + n} UTC [${1300 + (n % 3)}]: [${n}-1] db=shop,user=app `)
    .map((textPayload) => `${JSON.stringify({ insertId: `s=${n}`, textPayload, timestamp: "2026-11-20T07:44:09.1Z" })}\n`)
    .join("");

const slowRecord = (n: number) =>
  (n % 20 === 0 ? banner : "") +
  (n % 3 === 0 ? `# Time: 261120  7:44:${10 + (n % 50)}\n` : "") +
  `# User@Host: app[app] @ localhost []  Id: ${n % 4}\n# Query_time: 0.00${n}  Lock_time: 0.000 Rows_sent: 1  Rows_examined: 2\n` +
  (n % 7 === 0 ? `use shop${n};\n` : "") +
  (n % 2 === 0 ? `SET timestamp=${1795160693 + n};\n` : "") +
  ["SELECT 'a;\n# Time: 261120  7:44:53\n' FROM t;\n", "# administrator command: Ping;\n", `SELECT 1\n# it's\nFROM t WHERE id = ${n};\n`][n % 3]!;
const generalRecord = (n: number) =>
  (n % 25 === 0 ? banner : "") +
  (n % 3 === 0 ? `261120  7:44:${10 + (n % 50)}\t` : "\t\t") +
  `    ${n % 5} ` +
  ["Connect\troot@localhost on shop using Socket\n", `Query\tSELECT 1\n\tFROM t\n WHERE id = ${n}\n`, "Init DB\tother\n", "Execute\tCOMMIT\n", "Quit\t\n", "Query\tuse third\n"][(n * 7) % 6]!;
const banner =
  "/usr/sbin/mysqld, Version: 8.0.36 (Ubuntu). started with:\nTcp port: 3306  Unix socket: /tmp/s.sock\nTime                 Id Command    Argument\n";

const mysqlDump = (n: number) =>
  ["/*!40000 ALTER TABLE `t` DISABLE KEYS */;\n", `INSERT INTO \`t\` VALUES (${n},'a;\\'b'),(2,"x");\n`, "-- it's a comment;\n", "DELIMITER ;;\nCREATE TRIGGER x BEGIN SELECT 1; END;;\nDELIMITER ;\n", "USE `shop`;\n"][n % 5]!;
const postgresDump = (n: number) =>
  ["COPY public.t (a, b) FROM stdin;\n1\tit's\n2\t\\N\n\\.\n\n", `INSERT INTO t VALUES (${n}, 'a;b''c');\n`, "SELECT $f$ a; ' $f$ /* ; /* ; */ ' */;\n", "\\connect shop\n", "SELECT E'a\\';',\n 1;\n"][n % 5]!;

/** At least one source per format; those with a `sample` are damaged in the unit tests, the others by the reference suite. */
export const fuzzSources: Readonly<Record<FormatName, readonly FuzzSource[]>> = {
  "mysql-slow": [
    { sample: repeated(slowRecord) },
    { reference: "logs/tpcc-engine-logs/mariadb/mariadb-slow.log.gz" },
    { reference: "logs/percona-toolkit/slowlogs/slow002.txt" },
    { reference: "logs/percona-toolkit/slowlogs/slow059.txt" },
  ],
  "mysql-general": [
    { sample: repeated(generalRecord) },
    { reference: "logs/tpcc-engine-logs/mariadb/mariadb-general.log.gz" },
    { reference: "logs/vt/query-logs/mysql.small-query.log" },
  ],
  mongodb: [
    {
      sample: repeated(
        (n) =>
          `{"t":{"$date":"2024-02-29T12:00:00.${100 + n}+00:00"},"c":"COMMAND","ctx":"conn${n % 3}","msg":"${n % 7 === 0 ? "Connection ended" : "Slow query"}","attr":{"type":"command","ns":"shop.orders","command":{"find":"orders","filter":{"id":{"$in":[${n},"\\"x"]},"a":{"$oid":"507f1f77bcf86cd799439011"}},"lsid":{"id":{"$uuid":"829b14b2-0a55-4ec5-9130-4ef7f1837581"}},"txnNumber":${n},"autocommit":false},"nreturned":${n},"durationMillis":${n}}}\n`,
      ),
    },
    {
      sample: `[\n${repeated((n) => `  {"op":"update","ns":"shop.orders","command":{"q":{"id":${n}},"u":{"$set":{"a":"}"}}},\n   "millis":${n},"ts":{"$date":{"$numberLong":"1577836800000"}}},\n`)}]`,
    },
    { reference: "logs/hatchet-mongodb-logs/sample-mongod.log.gz" },
  ],
  "mysql-digests": [
    {
      sample: `SCHEMA_NAME,DIGEST_TEXT,COUNT_STAR,SUM_TIMER_WAIT,SUM_ROWS_SENT\n${repeated(
        (n) => `shop,"SELECT ""a"" , \`b\` FROM \`t\` WHERE \`id\` = ? LIMIT ?, ...",${n},${n}000000000,7\n`,
      )}`,
    },
    {
      sample: repeated(
        (n) => `{"SCHEMA_NAME":"shop","DIGEST_TEXT":"SELECT \`a\` FROM \`t\` WHERE \`id\` IN (...)","COUNT_STAR":${n},"SUM_TIMER_WAIT":${n}000}\n`,
      ),
    },
  ],
  vtgate: [
    {
      sample: repeated(
        (n) =>
          `Execute\t127.0.0.1:60335\tapp\t'userData1'\t''\t2024-10-31 13:55:59.${100 + n}\t2024-10-31 13:55:59.${200 + n}\t0.00${n}\t0.0\t0.0\t0.0\tSELECT\t` +
          `"select \\"a\\\\\\"\\nfrom t where id = :vtg1 /* INT64 */ and b = :b and c = -:vtg2"\t{"vtg1": {"type": "INT64", "value": ${n}}, "b": {"type": "VARCHAR", "value": "it's\\t\\x41"}, "vtg2": {"type": "INT64", "value": -1}}\t` +
          `2\t${n}\t""\t"PRIMARY"\t"26-${n % 3}"\tfalse\t["ks.t"]\t"ks"\t0.0\t0.0\t""\n`,
      ),
    },
    {
      sample: repeated(
        (n) =>
          `{"Method": "Execute", "Username": "app", "Start": "2024-10-31 13:55:59.${100 + n}", "TotalTime": 0.00${n}, "StmtType": "SELECT", "SQL": "select \\u0041\\n from t where id = :vtg1", "BindVars": {"vtg1": {"type": "INT64", "value": ${n}}}, "RowsAffected": 1, "SessionUUID": "26-${n % 3}", "ActiveKeyspace": "ks"}\n`,
      ),
    },
    { reference: "logs/vt/query-logs/vtgate.query.log" },
  ],
  proxysql: [
    {
      sample: repeated(
        (n) =>
          `{"client":"127.0.0.1:39840","digest":"0x226CD90D52A2BA0B","duration_us":${n},"event":"${n % 5 === 0 ? "COM_STMT_PREPARE" : "COM_QUERY"}","hostgroup_id":0,"query":"SELECT \\"a\\" FROM t WHERE id = ${n}","rows_sent":1,"schemaname":"shop","starttime_timestamp_us":${1564901522153798 + n},"thread_id":${n % 4},"username":"app"}\n`,
      ),
    },
  ],
  "sql-script": [
    { sample: repeated(mysqlDump) },
    { sample: repeated(postgresDump) },
    { reference: "logs/vt/query-logs/sakila-schema.sql" },
    { reference: "logs/vt/t/tpch.test" },
  ],
  "pg-stat-statements": [
    {
      sample: `userid,dbid,queryid,query,calls,total_exec_time,rows\n${repeated((n) => `10,5,${n},"SELECT ""a"" FROM t\nWHERE id = $1",${n + 1},${n / 4},${n}\n`)}`,
    },
    {
      sample: `[${repeated((n) => `{"userid":10,"dbid":5,"query":"SELECT \\"a\\" FROM t WHERE id = $1","calls":${n + 1},"mean_time":0.${n},"rows":${n}}, \n `)}]`,
    },
    { reference: "logs/tpcc-engine-logs/pg_stat_statements.csv" },
  ],
  "postgres-jsonlog": [
    { sample: repeated(jsonlogLine) },
    { reference: "logs/tpcc-engine-logs/pg-simple/postgresql.json.gz" },
    { reference: "logs/pgbadger/fixtures/cnpg.log.gz" },
  ],
  "postgres-stderr": [
    { sample: repeated(stderrRecord) },
    { sample: repeated(rdsRecord) },
    { reference: "logs/tpcc-engine-logs/pg-simple/postgresql.stderr.log.gz" },
    { reference: "logs/pgbadger/fixtures/multiline_param.log" },
    { reference: "logs/pgbadger/fixtures/postgresql_param_range.log" },
  ],
  "postgres-syslog": [
    { sample: repeated(syslogRecord((n) => `Nov 20 07:44:0${n % 10} db1 postgres[${1300 + (n % 3)}]: `)) },
    { sample: repeated(syslogRecord((n) => `<134>1 2026-11-20T07:44:09.${100 + n}Z db1 postgres ${1300 + (n % 3)} - - `)) },
    { sample: repeated(syslogRecord((n) => `2026-11-20T07:44:09+00:00 app[postgres.${1300 + (n % 3)}]: [DATABASE] `)) },
    { reference: "logs/pgbadger/fixtures/pg-syslog.2.gz" },
  ],
  "postgres-cloudsql": [
    { sample: repeated(cloudSqlRecord) },
    { sample: `[\n${repeated(cloudSqlRecord).trimEnd().replaceAll("\n", ",\n")}\n]\n` },
  ],
  jsonl: [
    {
      sample: repeated(
        (n) =>
          `{"ts":"2026-11-20T07:44:09Z","s":{"session_id":${n}},"sql":"SELECT \\"a\\"\\n FROM t WHERE id = $1","params":[${n},null,"x"],"duration_ms":${n / 4}}\n`,
      ),
    },
  ],
  "postgres-csvlog": [
    { sample: repeated(csvlogLine) },
    { reference: "logs/tpcc-engine-logs/pg-simple/postgresql.csv.gz" },
  ],
  csv: [
    {
      sample: `ts,session,duration_ms,rows,sql\n${repeated(
        (n) => `2026-11-20 07:44:09,s${n},0.${n},${n},"SELECT ""a"",\n b FROM t WHERE id = ${n}"\n`,
      )}`,
    },
    { reference: "logs/vt/csv.query.log", options: { columns: { duration: "time" }, durationUnit: "s" } },
  ],
  "data-set": [
    { sample: `id,name,tenant_id\n${repeated((n) => `${n},"a ""${n}"", b",${n % 7}\n`)}` },
    { sample: repeated((n) => `{"_id": {"$oid": "${n}"}, "name": "a\\n${n}", "tags": [1], "tenant_id": ${n % 7}}\n`) },
  ],
  "access-log": [
    { sample: `time,op,table,user_id\n${repeated((n) => `2026-11-20 07:44:09,read,orders,"${n}"\n`)}` },
  ],
};
