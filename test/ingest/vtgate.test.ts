import { describe, expect, test } from "vitest";
import { detect, readAll } from "./reading.ts";

const line = (sql: string, variables: string, method = "Execute") =>
  `${method}\t127.0.0.1:60335\tapp\t'userData1'\t''\t2024-10-31 13:55:59.311398\t2024-10-31 13:55:59.334840\t0.023441\t0.004397\t0.019033\t0.000000\tSELECT\t` +
  `${JSON.stringify(sql)}\t${variables}\t2\t3\t""\t"PRIMARY"\t"2642245a-97c2"\tfalse\t["ks.customers"]\t"ks"\t0.000000\t0.000000\t""\n`;
const json = (sql: string, variables: string, method = "Execute") =>
  `{"Method": "${method}", "RemoteAddr": "127.0.0.1:6", "Username": "app", "ImmediateCaller": "", "Effective Caller": "", "Start": "2024-10-31 13:55:59.311398", "End": "2024-10-31 13:55:59.334840", "TotalTime": 0.023441, "PlanTime": 0.0, "StmtType": "SELECT", "SQL": ${JSON.stringify(sql)}, "BindVars": ${variables}, "ShardQueries": 2, "RowsAffected": 3, "Error": "", "TabletType": "PRIMARY", "SessionUUID": "2642245a-97c2", "ActiveKeyspace": "ks"}\n`;
const variables = String.raw`{"vtg1": {"type": "INT64", "value": -5}, "b": {"type": "VARCHAR", "value": "it's \"x\" \\ \x41é"}, "n": {"type": "NULL_TYPE", "value": ""}, "d": {"type": "DECIMAL", "value": "1.50"}}`;

describe.each([["text", line], ["JSON", json]] as const)("VTGate's query log as %s", (_, record) => {
  test("has times, session, keyspace, rows, and the statement with its values in place", () => {
    // Go's \\x41 is no JSON, but VTGate writes it so: an object before it tells the form.
    const log = record("select 1", "{}") + record("select 'a:b' from t\nwhere a = :vtg1 /* INT64 */ and b = :b and c is :n and d = 1-:vtg1 and e = :d", variables);
    expect(detect(log)).toMatchObject({ format: "vtgate", dialect: "mysql", notes: [] });
    expect(readAll(log)).toMatchObject({
      skipped: [],
      entries: [
        { sql: "select 1" },
        {
          sql: String.raw`select 'a:b' from t` + "\n" + String.raw`where a = -5 /* INT64 */ and b = 'it\'s "x" \\ Aé' and c is NULL and d = 1- -5 and e = 1.50`,
          time: Date.UTC(2024, 9, 31, 13, 55, 59, 311) * 1000 + 398,
          duration: 23.441,
          rows: 3,
          session: "2642245a-97c2",
          database: "ks",
          user: "app",
        },
      ],
    });
  });

  test("keeps the placeholder where the value is not logged, and says so", () => {
    const short = record(
      "select 1 from t where a = :vtg1 and b in ::list and c = :vtg2",
      '{"vtg1": {"type": "VARCHAR", "value": "5 bytes"}, "list": {"type": "VARCHAR", "value": "3 items"}, "vtg2": {"type": "INT64", "value": 7}}',
    );
    expect(readAll(short).entries[0]!.sql).toBe("select 1 from t where a = :vtg1 and b in ::list and c = 7");
    expect(detect(short).notes.join()).toContain("their routing is judged, their skew unknown");
    const redacted = record("select 1 from t where a = :vtg1", '"[REDACTED]"');
    expect(readAll(redacted).entries[0]!.sql).toBe("select 1 from t where a = :vtg1");
    expect(detect(redacted).notes).toEqual([
      "its bind variables are redacted: routing can be judged, but skew is unknown, for that needs the values",
    ]);
  });

  test("skips what is no execution, and no line of the log", () => {
    const { entries, skipped } = readAll(record("select 1", "{}") + record("select 2", "{}", "Prepare") + "torn\n");
    expect(entries.map(({ sql }) => sql)).toEqual(["select 1"]);
    expect(skipped).toHaveLength(2);
  });
});
