import { expect, test } from "vitest";
import { detect, readAll } from "./reading.ts";

// As in ProxySQL's documentation of query logging, with a prepared statement beside it.
const event = (query: string, kind = "COM_QUERY") =>
  `{"client":"127.0.0.1:39840","digest":"0x226CD90D52A2BA0B","duration_us":1203,"endtime":"2019-08-04 08:52:02.153798","endtime_timestamp_us":1564901522153798,"event":"${kind}","hostgroup_id":0,"query":${JSON.stringify(query)},"rows_affected":2,"rows_sent":3,"schemaname":"shop","server":"127.0.0.1:3306","starttime":"2019-08-04 08:52:02.152595","starttime_timestamp_us":1564901522152595,"thread_id":2,"username":"root"}\n`;

test("ProxySQL's query log: executions count, preparations don't", () => {
  const log = event('SELECT "a"\nFROM t') + event("SELECT ?", "COM_STMT_PREPARE") + event("SELECT ?", "COM_STMT_EXECUTE");
  expect(detect(log)).toMatchObject({ format: "proxysql", dialect: "mysql" });
  expect(detect(log).notes.join()).toContain("skew unknown");
  const { entries, skipped } = readAll(log);
  expect(entries).toMatchObject([
    { sql: 'SELECT "a"\nFROM t', time: 1564901522152595, duration: 1.203, rows: 5, session: "2", database: "shop", user: "root" },
    { sql: "SELECT ?" },
  ]);
  expect(skipped.join()).toContain("event COM_STMT_PREPARE: no execution of a statement");
});
