import { accessLog } from "./csv/access-log.ts";
import { csvQueryLog } from "./csv/query-log.ts";
import { dataSet } from "./data-set/data-set.ts";
import type { Format, FormatName } from "./format.ts";
import { jsonl } from "./jsonl/jsonl.ts";
import { mysqlDigests } from "./mysql/digests.ts";
import { mysqlGeneralLog } from "./mysql/general-log.ts";
import { mysqlSlowLog } from "./mysql/slow-log.ts";
import { mongodb } from "./mongodb/mongodb.ts";
import { postgresCloudSql } from "./postgres/cloud-sql.ts";
import { postgresCsvlog } from "./postgres/csvlog.ts";
import { sqlScript } from "./sql-script/sql-script.ts";
import { postgresJsonlog } from "./postgres/jsonlog.ts";
import { pgStatStatements } from "./postgres/statement-statistics.ts";
import { postgresStderr } from "./postgres/stderr.ts";
import { postgresSyslog } from "./postgres/syslog.ts";
import { proxysqlLog } from "./proxysql.ts";
import { vtgateLog } from "./vtgate/vtgate-log.ts";

/** Every format that can be read. */
export const formats = {
  "mysql-slow": mysqlSlowLog,
  "mysql-general": mysqlGeneralLog,
  "mysql-digests": mysqlDigests,
  mongodb,
  "pg-stat-statements": pgStatStatements,
  "postgres-jsonlog": postgresJsonlog,
  "postgres-cloudsql": postgresCloudSql,
  vtgate: vtgateLog,
  proxysql: proxysqlLog,
  jsonl,
  "postgres-csvlog": postgresCsvlog,
  "sql-script": sqlScript,
  "postgres-syslog": postgresSyslog,
  "postgres-stderr": postgresStderr,
  csv: csvQueryLog,
  "access-log": accessLog,
  "data-set": dataSet,
} as const satisfies Record<FormatName, Format>;
