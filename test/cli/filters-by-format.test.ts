import { afterAll, describe, expect, test } from "vitest";
import type { FormatName } from "../../src/ingest/format.ts";
import { fuzzSources } from "../ingest/fuzz-sources.ts";
import { Folder } from "./run.ts";

const folder = new Folder();
afterAll(() => folder.remove());

/** What each format says of a statement, and whether executions can be drawn: records that are sums of many have none. */
interface Told {
  readonly log?: string;
  readonly time: boolean;
  readonly database: string | undefined;
  readonly user: string | undefined;
  readonly sample: boolean;
}

const all = { time: true, sample: true };
const columns = { log: "time,session,database,user,sql\n2026-01-01T00:00:00Z,1,shop,app,SELECT * FROM t WHERE id = 1\n", database: "shop", user: "app" };
const told: Record<Exclude<FormatName, "data-set">, Told> = {
  "mysql-slow": { ...all, database: "shop*", user: "app" },
  // A connection that begins before the log has neither been told.
  "mysql-general": {
    ...all,
    log:
      "2026-01-01T00:00:00.000000Z\t    7 Connect\troot@localhost on shop using Socket\n" +
      "2026-01-01T00:00:01.000000Z\t    7 Query\tSELECT * FROM t WHERE id = 1\n",
    database: "shop",
    user: "root",
  },
  "mysql-digests": { time: false, database: "shop", user: undefined, sample: false },
  // In the log it is the application's name where there is one, in system.profile the user's.
  mongodb: {
    ...all,
    log: `{"op":"query","ns":"shop.t","user":"app@admin","command":{"find":"t","filter":{"id":1}},"millis":1,"ts":{"$date":"2026-01-01T00:00:00Z"}}\n`,
    database: "shop",
    user: "app@admin",
  },
  // By number: names are in other views.
  "pg-stat-statements": { time: false, database: "5", user: "10", sample: false },
  "postgres-jsonlog": { ...all, database: "shop", user: "app" },
  "postgres-cloudsql": { ...all, database: "shop", user: "app" },
  vtgate: {
    ...all,
    log: `{"Method":"Execute","Username":"app","Start":"2026-01-01 00:00:00.1","TotalTime":0.001,"StmtType":"SELECT","SQL":"select * from t where id = :v","BindVars":{"v":{"type":"INT64","value":1}},"SessionUUID":"26","ActiveKeyspace":"ks"}\n`,
    database: "ks",
    user: "app",
  },
  proxysql: { ...all, database: "shop", user: "app" },
  jsonl: {
    ...all,
    log: `{"ts":"2026-01-01T00:00:00Z","db":"shop","user":"app","sql":"SELECT * FROM t WHERE id = 1"}\n`,
    database: "shop",
    user: "app",
  },
  "postgres-csvlog": { ...all, database: "shop", user: "app" },
  "postgres-syslog": { ...all, database: "shop", user: "app" },
  "postgres-stderr": { ...all, database: "shop", user: "app" },
  "sql-script": { time: false, database: "shop", user: undefined, sample: true },
  csv: { ...all, ...columns },
  "access-log": {
    ...all,
    log: "time,op,table,user_id,db,login\n2026-01-01T00:00:00Z,read,orders,1,shop,app\n",
    database: "shop",
    user: "app",
  },
};

describe.each(Object.entries(told))("a log of %s", (format, { log, time, database, user, sample }) => {
  const name = `./${format}.log`;
  folder.write(name, log ?? fuzzSources[format as FormatName][0]!.sample!);
  const analyze = async (...flags: readonly string[]) => {
    const { stderr, exitCode } = await folder.run(["analyze", name, "--json", ...flags]);
    return { stderr: stderr.replace(/^warning: .*\n/gm, ""), exitCode };
  };

  test.each([
    ["--database", database],
    ["--user", user],
  ])("is filtered by %s, or says that it does not know it", async (flag, value) => {
    const what = flag.slice(2);
    if (value !== undefined) {
      expect(await analyze(flag, value)).toMatchObject({ stderr: "", exitCode: 0 });
      const { stderr, exitCode } = await analyze(flag, "somebody-else");
      expect(exitCode).toBe(3);
      expect(stderr).toMatch(new RegExp(`no record is left to count, [\\d,]+ of [\\d,]+ are (of another|without a logged) ${what} \\(${flag}\\)`));
    } else {
      const { stderr, exitCode } = await analyze(flag, "*");
      expect(exitCode).toBe(3);
      expect(stderr).toMatch(new RegExp(`are without a logged ${what} \\(${flag}\\)\\n  leave ${flag} out; if the log has a column of it, name it with --${what}-column`));
    }
  });

  test("is filtered by --since and --until, or says that it has no times", async () => {
    if (time) {
      expect(await analyze("--since", "1999-01-01", "--until", "2100-01-01")).toMatchObject({ stderr: "", exitCode: 0 });
      expect(await analyze("--since", "52w")).toMatchObject({ stderr: "", exitCode: 0 });
      const { stderr, exitCode } = await analyze("--since", "2100-01-01");
      expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringMatching(/are (before --since|without a logged time)/) });
    } else {
      const { stderr, exitCode } = await analyze("--until", "2100-01-01");
      expect(exitCode).toBe(3);
      expect(stderr).toMatch(/are without a logged time \(--since, --until\)\n {2}leave --since and --until out; .*--time-column/);
      const relative = await analyze("--since", "1h");
      expect(relative).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/--since: no record has a time to count back from/) });
    }
  });

  test("is sampled, or says that there is nothing to draw", async () => {
    const { stderr, exitCode } = await analyze("--sample", "100%");
    if (sample) expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    else expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining("--sample draws executions") });
  });
});

test("a log of columns that does not have one says so too", async () => {
  folder.write("./bare.csv", "sql\nSELECT * FROM t WHERE id = 1\n");
  for (const [flag, value, what] of [["--user", "x", "user"], ["--database", "x", "database"], ["--since", "2026-01-01", "time"]] as const) {
    const { stderr, exitCode } = await folder.run(["analyze", "./bare.csv", flag, value]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`1 of 1 are without a logged ${what}`);
    expect(stderr).toContain(`--${what}-column`);
  }
});

test("what the reader assumed of the times is said where they leave nothing", async () => {
  const { stderr } = await folder.run(["analyze", "./postgres-syslog.log", "--since", "2026-01-01"]);
  expect(stderr).toContain("are before --since\n  widen --since, --until, --database, --user or --sample; its times have no year: they are taken as of 2000\n");
});

test("rows of a table have nothing to filter by", async () => {
  folder.write("./t.csv", fuzzSources["data-set"][0]!.sample!);
  const { stderr, exitCode } = await folder.run(["analyze", "./t.csv", "--user", "x"]);
  expect({ stderr, exitCode }).toEqual({
    exitCode: 2,
    stderr: "error: ./t.csv: rows of a table can't be filtered by time, database, user or session\n  leave --since, --until, --database, --user and --sample out\n",
  });
});
