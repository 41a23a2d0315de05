// Records of MySQL's logs, and of what stands before MySQL, as their servers write them. Each takes the record's number,
// a pseudo-random integer and the statement.

export const mysqlBanner =
  "/usr/sbin/mysqld, Version: 8.0.36 (Ubuntu). started with:\nTcp port: 3306  Unix socket: /run/mysqld/mysqld.sock\n" +
  "Time                 Id Command    Argument\n";

/** MySQL 8 without log_slow_extra, the shortest header there is: the least bytes a statement. */
export function slowRecord(number, state, sql) {
  const time = new Date(1.79e12 + number);
  return (
    `# Time: ${time.toISOString().replace("Z", "123Z")}\n# User@Host: app[app] @ localhost []  Id: ${state % 977}\n` +
    `# Query_time: 0.${`${state % 9000}`.padStart(6, "0")}  Lock_time: 0.000002 Rows_sent: ${state % 50}  Rows_examined: ${state % 500}\n` +
    `${number === 0 ? "use shop;\n" : ""}SET timestamp=${Math.floor(time / 1000)};\n${sql};\n`
  );
}

/** MariaDB's general log: a time where the second changes. Every connection says its database once. */
export function generalRecord(number, state, sql) {
  const connection = `${state % 977}`.padStart(6);
  const seconds = number % 1000 === 0 ? `261120  7:${10 + (Math.floor(number / 60_000) % 50)}:${10 + (Math.floor(number / 1000) % 50)}` : "\t";
  if (number < 977) return `\t\t${`${number}`.padStart(6)} Connect\tapp@localhost on shop using Socket\n`;
  return `${seconds}\t${connection} Query\t${sql}\n`;
}

/** A statement as VTGate logs it: its integers taken out as bind variables. */
export function vtgateRecord(number, state, sql) {
  const variables = [];
  const bare = sql.replaceAll(/\b\d+\b/g, (digits) => {
    variables.push(`"vtg${variables.length + 1}": {"type": "INT64", "value": ${digits}}`);
    return `:vtg${variables.length} /* INT64 */`;
  });
  const time = new Date(1.79e12 + number).toISOString().replace("T", " ").replace("Z", "000");
  return (
    `Execute\t127.0.0.1:60335\tapp\t''\t''\t${time}\t${time}\t0.${`${state % 9000}`.padStart(6, "0")}\t0.000061\t0.010408\t0.000000\tSELECT\t` +
    `${JSON.stringify(bare)}\t{${variables.join(", ")}}\t2\t${state % 50}\t""\t"PRIMARY"\t"2642245a-97c2-11ef-b9e9-${state % 977}"\tfalse\t["shop.orders"]\t"shop"\t0.000000\t0.000000\t""\n`
  );
}

export function proxysqlRecord(number, state, sql) {
  return `${JSON.stringify({
    client: "127.0.0.1:39840",
    digest: "0x226CD90D52A2BA0B",
    duration_us: state % 9000,
    event: "COM_QUERY",
    hostgroup_id: 0,
    query: sql,
    rows_affected: 0,
    rows_sent: state % 50,
    schemaname: "shop",
    server: "127.0.0.1:3306",
    starttime_timestamp_us: 1.79e15 + number,
    thread_id: state % 977,
    username: "app",
  })}\n`;
}

export const scriptRecord = (_number, _state, sql) => `${sql};\n`;
