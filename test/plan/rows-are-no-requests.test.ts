import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { scan } from "../../src/cli/library.ts";
import { demandOf } from "../../src/plan/demand.ts";
import type { LoadProfile } from "../../src/plan/load-profile.ts";
import { serviceTimes, type ServiceTime } from "../../src/plan/service-times.ts";
import { leastCores } from "./least-cores.ts";

/**
 * The known failure of a sizing tool of the field (yugabyte/yb-voyager#2370): the rows that statements touched were
 * counted as requests, and 34 nodes of 8 cores were recommended instead of 3 of 4. Its formula is needed cores = requests
 * per second over what a core does, nodes = cores over the cores of one.
 */
const folder = mkdtempSync(join(tmpdir(), "shardplan-rows-"));
afterAll(() => rmSync(folder, { recursive: true }));

const serviceMs = 10;
const perSecond = 720;
const maxUtilisation = 0.6;

/** A minute of 720 statements a second, 10 ms each, that touch 22 2/3 rows in the mean: 272 / 12 as many rows as requests. */
function log(): string {
  const lines = ["time,duration_ms,rows,sql"];
  for (let nth = 0; nth < 60 * perSecond; nth++) {
    const time = new Date(Date.UTC(2024, 0, 1) + Math.floor((nth * 1000) / perSecond)).toISOString();
    lines.push(`${time},${serviceMs},${nth % 3 === 0 ? 22 : 23},SELECT * FROM items WHERE order_id = ${nth % 977}`);
  }
  const path = join(folder, "log.csv");
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

test("statements are counted, not the rows that they touch: 3 nodes of 4 cores, not 34 of 8", async () => {
  const { workload } = await scan(log(), { dialect: "postgres", workers: 1 });
  // The log does say how many rows there were, and that they would have been too many.
  expect(workload.templates[0]!.rows).toBe((60 * perSecond * 68) / 3);
  const { peak } = demandOf(workload, new Map()).load as LoadProfile;
  const { loggedMs } = serviceTimes(workload, undefined).all as ServiceTime;
  const coresFor = (requestsPerSecond: number): number => leastCores({ perSecond: requestsPerSecond, serviceMs: loggedMs, maxUtilisation });
  expect(peak.readsPerSecond).toBe(perSecond);
  expect(coresFor(peak.readsPerSecond)).toBe(3 * 4);
  expect(coresFor((peak.readsPerSecond * 68) / 3)).toBe(34 * 8);
}, 60_000);
