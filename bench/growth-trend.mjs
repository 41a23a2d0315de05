/**
 * How often the stated 95 % interval of a trend holds the growth that a log was made with: synthetic logs with known
 * growth, hours of the day, days of the week and chance, one a seed.
 *
 *   node bench/growth-trend.mjs [--seeds 2000] [--json]
 */
import { parseArgs } from "node:util";
import { dayTotals } from "../dist/plan/day-totals.js";
import { growthTrend } from "../dist/plan/growth-trend.js";
import { normalQuantile } from "../dist/simulate/distribution.js";
import { randomStream } from "../dist/stats/random-stream.js";
import { LoadWindows } from "../dist/workload/load-windows.js";

const { values } = parseArgs({ options: { seeds: { type: "string", default: "2000" }, json: { type: "boolean", default: false } } });
const seeds = Number(values.seeds);

/** Spread: how far a day is from its trend and weekday; resembles: how much of that it takes over from the day before. */
const kinds = [
  { name: "14 days, chance of arrivals alone", days: 14, spread: 0, resembles: 0 },
  { name: "28 days, chance of arrivals alone", days: 28, spread: 0, resembles: 0 },
  { name: "28 days, 5 % from day to day", days: 28, spread: 0.05, resembles: 0 },
  { name: "90 days, 10 % from day to day", days: 90, spread: 0.1, resembles: 0 },
  { name: "90 days, 10 %, half of it as the day before", days: 90, spread: 0.1, resembles: 0.5 },
  { name: "400 days, 10 % from day to day", days: 400, spread: 0.1, resembles: 0 },
];

const minuteMicros = 60_000_000;
const dayMicros = 1440 * minuteMicros;
const stepMinutes = 120;
const weekdays = [0.6, 1, 1.05, 1.1, 1.05, 0.95, 0.5];

function coverage({ name, days, spread, resembles }) {
  let held = 0;
  let told = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const random = randomStream(seed, name);
    const growth = -0.05 + 0.2 * random.next();
    const trend = growthTrend(dayTotals(syntheticLog(days, growth, spread, resembles, random)), "reads");
    if (!("growth" in trend)) continue;
    told++;
    const { low, high } = trend.growth.perMonth;
    if (low <= growth && growth <= high) held++;
  }
  return { name, seeds, told, held, share: held / told };
}

function syntheticLog(days, growth, spread, resembles, random) {
  const load = new LoadWindows();
  const fromMicros = Date.UTC(2024, 0, 1, Math.floor(24 * random.next())) * 1000;
  const normal = () => normalQuantile(Math.max(1e-12, random.next()));
  let apart = normal() * spread;
  for (let step = 0; step < (days * 1440) / stepMinutes; step++) {
    const minutes = step * stepMinutes;
    if (step > 0 && minutes % 1440 === 0) apart = resembles * apart + Math.sqrt(1 - resembles ** 2) * normal() * spread;
    const day = minutes / 1440;
    const hour = 1 + 0.6 * Math.sin(2 * Math.PI * day);
    const mean = 480 * (1 + growth) ** (day / (365.25 / 12)) * hour * weekdays[Math.floor(day) % 7] * Math.exp(apart);
    load.addSums(fromMicros + minutes * minuteMicros, [poisson(mean, random, normal), 0, 0, 0]);
  }
  return { load, span: { fromMicros, toMicros: fromMicros + days * dayMicros } };
}

function poisson(mean, random, normal) {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
  let count = 0;
  for (let product = random.next(); product > Math.exp(-mean); product *= random.next()) count++;
  return count;
}

const found = kinds.map(coverage);
if (values.json) console.log(JSON.stringify(found));
else
  for (const { name, told, held, share } of found)
    console.log(`${name}: in ${(100 * share).toFixed(1)} % of the logs with a trend (${held} of ${told}; ${seeds - told} had none told)`);
