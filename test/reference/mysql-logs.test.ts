import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { guessFacts } from "../../src/ingest/cut.ts";
import { formats } from "../../src/ingest/formats.ts";
import { readInRanges } from "../ingest/ranges.ts";
import { detect, readAll, readRange } from "../ingest/reading.ts";
import type { ReadEntry } from "../ingest/reading.ts";
import { describeReference, referenceLines, referencePath } from "./reference.ts";

/** An event as percona-toolkit's parsers return it; numbers are text in the run, numbers in the golden values. */
interface PeerEvent {
  readonly cmd: "Query" | "Admin";
  readonly arg: string;
  /** Set where `arg` was cut off. */
  readonly arg_length?: number;
  readonly pos_in_log?: number | string;
  readonly ts?: string | null;
  readonly timestamp?: string;
  readonly db?: string;
  readonly Schema?: string;
  readonly user?: string;
  readonly User?: string;
  readonly Thread_id?: string | number;
  readonly Query_time?: string | number;
}

const folder = "logs/percona-toolkit";
const bytesOf = (path: string): Uint8Array => {
  const bytes = readFileSync(referencePath(path));
  return path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
};
const filesIn = (path: string): string[] => (existsSync(referencePath(path)) ? readdirSync(referencePath(path)).toSorted() : []);
const admin = /administrator command|no execution of a statement/;

/** `071015 21:43:52`, `131128  1:05:31`, or `2016-07-20T18:13:25`, in seconds as if it were UTC. */
function secondsOf(ts: string): number {
  const old = /^(\d\d)(\d\d)(\d\d)\s+(\d+):(\d\d):(\d\d)$/.exec(ts);
  if (old === null) return Date.parse(`${ts}Z`) / 1000;
  const [year, month, day, hour, minute, second] = old.slice(1).map(Number);
  return Date.UTC(2000 + year!, month! - 1, day, hour, minute, second) / 1000;
}

/**
 * Where we differ from percona-toolkit, by file: what, why, and who is right.
 *
 * - database: MySQL writes `use` only when the database changes, so it holds for the events behind it; pt-query-digest
 *   shows it for the one event alone. Ours is what the server ran the statement in.
 * - time: the time is written when the second changes, and holds for the events behind it; pt-query-digest has none for
 *   those. Ours.
 * - user: `# User:` without a host is no header that pt-query-digest knows; in a general log it shows the user of the
 *   connect alone. Ours.
 * - format: a session that pt-query-digest wrote itself (`--output`), without any `;`, read by it as one statement of
 *   eleven lines. Nobody's: it is no log.
 */
const differences: Readonly<Record<string, readonly ("database" | "time" | "user" | "format")[]>> = {
  "slow002.txt": ["database", "time"],
  "slow006-session-1.txt": ["format"],
  "slow009.txt": ["user"],
  "slow029.txt": ["time"],
  "slow034.txt": ["database", "time"],
  "genlog001.txt": ["time", "user"],
  "genlog003.txt": ["time", "user"],
};

function compare(file: string, entries: readonly ReadEntry[], peer: readonly PeerEvent[]): void {
  const statements = peer.filter(({ cmd }) => cmd !== "Admin");
  expect(entries.length).toBe(statements.length);
  const aheadSeconds = zoneOf(peer);
  const differ = new Set<string>();
  for (const [index, event] of statements.entries()) {
    const entry = entries[index]!;
    const arg = event.arg.trim();
    if (event.arg_length === undefined) expect(entry.sql).toBe(arg);
    else expect(entry.sql!.slice(0, 4000)).toBe(arg.slice(0, 4000));
    if (event.Thread_id !== undefined) expect(entry.session).toBe(`${event.Thread_id}`);
    if (event.Query_time !== undefined && Number(event.Query_time) > 0) expect(entry.duration).toBeCloseTo(Number(event.Query_time) * 1000, 6);
    const seconds =
      event.timestamp !== undefined && !event.ts?.includes("T")
        ? Number(event.timestamp)
        : event.ts
          ? secondsOf(event.ts) - aheadSeconds
          : NaN;
    if (Number.isNaN(seconds) ? !Number.isNaN(entry.time) : Math.floor(entry.time / 1e6) !== seconds) differ.add("time");
    const database = event.db ?? (event.Schema === "" ? undefined : event.Schema);
    if (entry.database !== database) differ.add("database");
    if (entry.user !== event.user) differ.add("user");
    // What pt-query-digest says is never contradicted: only what it leaves open is filled in.
    if (event.user !== undefined) expect(entry.user).toBe(event.user);
    if (database !== undefined) expect(entry.database).toBe(database);
    if (!Number.isNaN(seconds)) expect(Math.floor(entry.time / 1e6)).toBe(seconds);
  }
  expect([...differ].toSorted()).toEqual((differences[file] ?? []).toSorted());
}

/** Local and epoch time side by side tell the server's zone. */
function zoneOf(peer: readonly PeerEvent[]): number {
  const both = peer.find(({ ts, timestamp }) => ts && !ts.includes("T") && timestamp !== undefined);
  if (both === undefined) return 0;
  return Math.round((secondsOf(both.ts!) - Number(both.timestamp)) / 900) * 900;
}

describeReference("percona-toolkit's logs give percona-toolkit's events, databases, users and times", () => {
  describe("as its parsers return them (a run of the peer)", () => {
    const files = filesIn(`${folder}/expected_peer_run`).map((name) => name.replace(/\.events\.jsonl$/, ""));

    test("there are as many files as there are answers", () => expect(files.length).toBeGreaterThanOrEqual(30));

    test.each(files)("%s", (file) => {
      const peer = referenceLines<PeerEvent>(`${folder}/expected_peer_run/${file}.events.jsonl`);
      const bytes = bytesOf(`${folder}/${file.startsWith("genlog") ? "genlogs" : "slowlogs"}/${file}`);
      if (differences[file]?.[0] === "format") {
        expect(detect(bytes).format).not.toMatch(/mysql/);
        return;
      }
      const { entries, skipped } = readAll(bytes);
      expect(detect(bytes).format).toBe(file.startsWith("genlog") ? "mysql-general" : "mysql-slow");
      expect(skipped.filter((text) => admin.test(text))).toHaveLength(peer.filter(({ cmd }) => cmd === "Admin").length);
      compare(file, entries, peer);
    });
  });

  describe("as its own tests demand (golden values)", () => {
    const golden = ["SlowLogParser", "GeneralLogParser"].flatMap((parser) =>
      existsSync(referencePath(folder))
        ? referenceLines<{ file: string; result: readonly PeerEvent[]; num_events: number | null }>(`${folder}/expected/${parser}.jsonl`)
        : [],
    );
    test.each(golden.map((one) => [one.file.replace(/^.*\//, ""), one] as const))("%s", (file, { result, num_events }) => {
      const bytes = bytesOf(`${folder}/${file.startsWith("genlog") ? "genlogs" : "slowlogs"}/${file}`);
      const { entries, skipped } = readAll(bytes);
      expect(entries.length + skipped.filter((text) => admin.test(text)).length).toBe(num_events ?? result.length);
      compare(file, entries, result);
    });
  });

  test("gzipped: one INSERT of more than a megabyte each, written in two ways", () => {
    for (const file of ["slow039.txt.gz", "slow040.txt.gz"]) {
      const { entries, skipped } = readAll(bytesOf(`${folder}/slowlogs/${file}`));
      expect(skipped).toEqual([]);
      expect(entries).toHaveLength(1);
      expect(entries[0]!.sql).toMatch(/^INSERT INTO\s+the_universe VALUES[^]*\)$/);
    }
  });
});

interface TranscriptLine {
  readonly sql: string;
}

describeReference("MariaDB's slow and general log of a TPC-C run", () => {
  const isApplication = ({ sql = "" }: ReadEntry) => !/^(?:SET |START TRANSACTION|COMMIT|BEGIN)/i.test(sql);

  test.each([
    ["mysql-slow", "mariadb-slow.log.gz", 5942],
    ["mysql-general", "mariadb-general.log.gz", 5944],
  ])("%s holds the 5,541 statements of the transcript, in its order", (format, file, count) => {
    const transcript = gunzipSync(readFileSync(referencePath("logs/tpcc-engine-logs/transcript.jsonl.gz")))
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as TranscriptLine);
    const bytes = bytesOf(`logs/tpcc-engine-logs/mariadb/${file}`);
    expect(detect(bytes).format).toBe(format);
    const { entries } = readAll(bytes);
    expect(entries).toHaveLength(count);
    const client = entries.filter(({ database }) => database === "tpcc");
    expect(client.filter(({ sql }) => !/^SET /.test(sql!))).toHaveLength(5941);
    const application = client.filter(isApplication);
    expect(application.map(({ sql }) => sql)).toEqual(transcript.map(({ sql }) => sql));
    expect(new Set(application.map(({ user, session }) => `${user} ${session}`))).toEqual(new Set(["root 9"]));
  });

  test.each(["mariadb-slow.log.gz", "mariadb-general.log.gz"])("%s cut in four is what it is in one", (file) => {
    const bytes = bytesOf(`logs/tpcc-engine-logs/mariadb/${file}`);
    const detection = detect(bytes);
    const cuts = [1, 2, 3].map((part) => Math.floor((bytes.length * part) / 4));
    const { entries, skipped } = readRange(bytes, detection, detection.dataStart, Infinity);
    const { all, rereads } = readInRanges(bytes, detection, cuts, 1 << 17);
    expect(all).toEqual({ entries, skipped });
    expect(rereads, "the facts behind the cuts are guessed right").toBe(0);
    expect(guessFacts(formats[detection.format], bytes.slice(0, cuts[0]), 0, detection).size).toBeGreaterThan(0);
  });
});
