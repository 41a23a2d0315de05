/**
 * Makes the sample logs: runs three small applications against a real PostgreSQL and keeps what it logged.
 *
 *   node samples/make.mjs [--seed 7] [--seconds N] [--out FOLDER] [shop] [saas] [metrics]
 *
 * The seed decides what the applications ask; times and durations are the server's own, so that each run's file
 * differs.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { chance } from "./make/chance.mjs";
import { metrics } from "./make/metrics.mjs";
import { withPostgres } from "./make/postgres.mjs";
import { saas } from "./make/saas.mjs";
import { session } from "./make/session.mjs";
import { shop } from "./make/shop.mjs";

const workloads = { shop, saas, metrics };
const folder = import.meta.dirname;
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string" },
    seed: { type: "string", default: "7" },
    out: { type: "string", default: folder },
  },
});

for (const name of positionals.length > 0 ? positionals : Object.keys(workloads)) {
  const seconds = Number(options.seconds ?? workloads[name].seconds);
  const { log, accesses } = await record(name, workloads[name], seconds, Number(options.seed));
  const zipped = gzipSync(log, { level: 9 });
  writeFileSync(join(options.out, `${name}.csv.gz`), zipped);
  if (accesses.length > 0) writeFileSync(join(options.out, "access.csv"), `${accesses.join("\n")}\n`);
  console.error(`${name}: ${log.length} bytes, ${zipped.length} zipped`);
}

/** Runs one workload for `seconds` and returns the csvlog it left, and the accesses it noted down itself. */
function record(name, workload, seconds, seed) {
  return withPostgres(async ({ connect, logStatements, readLog }) => {
    const admin = await connect({ user: "postgres", database: "postgres" });
    await admin.query(`CREATE ROLE ${name} LOGIN`);
    await admin.query(`CREATE DATABASE ${name} OWNER ${name}`);
    const owner = await connect({ user: name, database: name });
    await owner.query(readFileSync(join(folder, `${name}.sql`), "utf8"));
    await owner.query(workload.load);
    await owner.end();

    await logStatements(admin, name);
    await admin.end();
    const endsAt = performance.now() + seconds * 1000;
    const accesses = [];
    await Promise.all(
      workload.sessions.map((plan) =>
        runSession(name, plan, chance(seed, `${name}/${plan.name}`), endsAt, connect, accesses),
      ),
    );
    await sleep(500); // the collector writes what it was sent
    return { log: readLog(), accesses };
  });
}

/** A session works and thinks until the time is over; some applications reconnect in between. */
async function runSession(name, plan, random, endsAt, connect, accesses) {
  await sleep(random.next() * plan.thinkMs);
  while (performance.now() < endsAt) {
    const client = await connect({ user: name, database: name, application_name: plan.name });
    const db = session(client, plan.protocol);
    const visit = plan.visit(db, random, accesses);
    for (let visits = 0; performance.now() < endsAt && visits < (plan.reconnectAfter ?? Infinity); visits += 1) {
      await visit();
      await sleep(random.wait(plan.thinkMs));
    }
    await db.end();
  }
}
