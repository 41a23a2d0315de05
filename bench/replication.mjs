/**
 * A real check: commits on a PostgreSQL primary with a streaming standby, beside what `simulate` says of them. A few
 * commits one after the other are measured first; from their times alone scenarios are made, which say how long commits
 * take, and how far the standby is behind, when they come by chance at a rate.
 *
 *   node bench/replication.mjs [--rate 400] [--seconds 10] [--calibrate 400]
 */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { connect, withPostgres } from "../samples/make/postgres.mjs";

const dist = join(import.meta.dirname, "..", "dist", "simulate");
const { values } = parseArgs({
  options: { rate: { type: "string", default: "400" }, seconds: { type: "string", default: "10" }, calibrate: { type: "string", default: "400" } },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const calibrations = Number(values.calibrate);
if (!(rate > 0) || !(seconds > 0) || !(calibrations >= 20) || !existsSync(dist)) {
  process.stderr.write("usage, after npm run build: node bench/replication.mjs [--rate 400] [--seconds 10] [--calibrate 400]\n");
  process.exit(2);
}
const { parseScenario } = await import(join(dist, "scenario-file.js"));
const { doTask, outcomeOf, tasksOf } = await import(join(dist, "tasks.js"));
const { randomStream } = await import(join(dist, "..", "stats", "random-stream.js"));

/** Sessions that commit: as many as there may be at once. */
const sessionCount = 16;
const newest = { name: "newest", text: "SELECT coalesce(max(id), 0) AS id FROM payment" };

await withPostgres(
  async (server) => {
    const login = { user: "postgres", database: "postgres" };
    const admin = await server.connect(login);
    await admin.query("CREATE TABLE payment (id bigint PRIMARY KEY, at timestamptz NOT NULL, note text NOT NULL)");
    const standbyHost = await server.startStandby(admin, "standby");
    const watcher = await connect({ host: standbyHost, ...login });
    await until(async () => (await admin.query("SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'")).rowCount === 1);
    const sessions = await Promise.all(Array.from({ length: sessionCount }, () => server.connect(login)));
    const bed = { admin, watcher, sessions, nextId: 1 };
    await oneAfterTheOther(bed, 50); // caches and plans
    const calm = await oneAfterTheOther(bed, calibrations);
    await waitForStandby(admin, true);
    const calmInSync = await oneAfterTheOther(bed, calibrations);
    const inSync = await byChance(bed);
    await waitForStandby(admin, false);
    const asynchronous = await byChance(bed);
    print({ calm, calmInSync, inSync, asynchronous });
    await Promise.all([admin, watcher, ...sessions].map((session) => session.end()));
  },
  { fsync: "on", synchronous_standby_names: "" },
);

/** Commits one after the other: their latencies, and how long after each the standby shows it. */
async function oneAfterTheOther(bed, commits) {
  const latency = [];
  const lag = [];
  for (let commit = 0; commit < commits; commit += 1) {
    const id = (bed.nextId += 1);
    const started = performance.now();
    await insert(bed.sessions[0], id);
    const committed = performance.now();
    latency.push(committed - started);
    while (Number((await bed.watcher.query(newest)).rows[0].id) < id);
    lag.push(performance.now() - committed);
  }
  return { latency, lag };
}

/** Commits that come by chance at the rate, whoever is still under way; the standby is looked at all the time. */
async function byChance(bed) {
  const chance = randomStream(1, "commits");
  const latency = [];
  const waiting = [];
  const lag = [];
  const free = [...bed.sessions];
  const queue = [];
  let open = true;
  const watch = (async () => {
    while (open || waiting.length > 0) {
      const shown = Number((await bed.watcher.query(newest)).rows[0].id);
      const now = performance.now();
      for (let at = waiting.length - 1; at >= 0; at -= 1) {
        if (waiting[at].id > shown) continue;
        lag.push(Math.max(0, now - waiting[at].committed));
        waiting.splice(at, 1);
      }
    }
  })();
  const serve = async (session, { id, arrived }) => {
    await insert(session, id);
    const committed = performance.now();
    latency.push(committed - arrived);
    waiting.push({ id, committed });
    const next = queue.shift();
    if (next === undefined) free.push(session);
    else await serve(session, next);
  };
  const running = [];
  const begun = performance.now();
  for (let due = 0; due < seconds * 1000; due += (-1000 / rate) * Math.log(1 - chance.next())) {
    const early = begun + due - performance.now();
    // Timers are a millisecond coarse: the rest is waited out in turns of the event loop.
    if (early > 2) await sleep(early - 1.5);
    while (performance.now() < begun + due) await new Promise((resolve) => setImmediate(resolve));
    const request = { id: (bed.nextId += 1), arrived: begun + due };
    const session = free.pop();
    if (session === undefined) queue.push(request);
    else running.push(serve(session, request));
  }
  await Promise.all(running);
  open = false;
  await watch;
  return { latency, lag };
}

function insert(session, id) {
  return session.query({ name: "pay", text: "INSERT INTO payment VALUES ($1, now(), $2)", values: [id, "x".repeat(100)] });
}

async function waitForStandby(admin, synchronous) {
  await admin.query(`ALTER SYSTEM SET synchronous_standby_names = '${synchronous ? "standby" : ""}'`);
  await admin.query("SELECT pg_reload_conf()");
  const state = synchronous ? "sync" : "async";
  await until(async () => (await admin.query("SELECT 1 FROM pg_stat_replication WHERE sync_state = $1", [state])).rowCount === 1);
}

async function until(holds) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await holds()) return;
    await sleep(50);
  }
  throw new Error("the standby did not get so far in ten seconds");
}

/** What the scenario of the calm commits says of those that come by chance. */
function predicted(service, replication) {
  const ms = (times) => ({ empirical: quantiles(times, 200).map((time) => `${time}ms`) });
  const scenario = {
    version: 1,
    seed: 1,
    duration: `${Math.max(seconds, 60)}s`,
    warmup: "1s",
    arrivals: `${rate}/s`,
    operations: [{ name: "pay", kind: "write", service: ms(service) }],
    cluster: { servers: Math.min(sessionCount, 2 * availableParallelism()), replicas: 1, replication: { ...replication, delay: ms(replication.delay) } },
  };
  const { measures } = outcomeOf(...((parsed) => [parsed, tasksOf(parsed, false).map(doTask)])(parseScenario(JSON.stringify(scenario), "calm commits")));
  return (name) => measures.find((measure) => measure.name === name).value;
}

function print({ calm, calmInSync, inSync, asynchronous }) {
  const async = predicted(calm.latency, { mode: "async", delay: calm.lag });
  // What the acknowledgement of the standby adds, calm commit by calm commit in the order of their lengths.
  const local = quantiles(calm.latency, 200);
  const acknowledged = quantiles(calmInSync.latency, 200).map((time, at) => Math.max(0.001, time - local[at]));
  const sync = predicted(calm.latency, { mode: "semi-sync", delay: acknowledged });
  const rows = [
    ["commit, asynchronous", "latency", async, asynchronous.latency],
    ["commit, synchronous_standby_names", "latency", sync, inSync.latency],
    ["lag until the standby shows it", "lag", async, asynchronous.lag],
  ];
  const cell = (value) => value.toFixed(2);
  console.log(`${rate} commits/s for ${seconds} s on PostgreSQL 18 with a streaming standby, in ms; made from ${calibrations} commits one after the other.

| figure | predicted p50 | measured p50 | predicted p95 | measured p95 | predicted p99 | measured p99 | commits |
|---|--:|--:|--:|--:|--:|--:|--:|`);
  for (const [name, measure, simulated, times] of rows) {
    const cells = [["p50", 0.5], ["p95", 0.95], ["p99", 0.99]].flatMap(([label, p]) => [cell(simulated(`${measure}.${label}`)), cell(quantile(times, p))]);
    console.log(`| ${name} | ${cells.join(" | ")} | ${times.length} |`);
  }
}

function quantile(times, p) {
  const sorted = [...times].sort((a, b) => a - b);
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  return sorted[below] + (place - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
}

function quantiles(times, many) {
  return Array.from({ length: many + 1 }, (_, at) => quantile(times, at / many));
}
