import { z } from "zod";
import type { ArrivalProcess, Expectation } from "./scenario.ts";
import { constant, type Distribution } from "./distribution.ts";

/** Values of a scenario file as people write them: durations, rates, distributions, expectations. */

/** What is wrong with a value, where inside it, and what to write. */
export class ValueError extends Error {
  readonly path: readonly (string | number)[];
  readonly hint: string;

  constructor(message: string, hint: string, path: readonly (string | number)[] = []) {
    super(message);
    this.hint = hint;
    this.path = path;
  }
}

/** A zod type of what `read` makes of a value; a ValueError becomes an issue at its place. */
export const valueOf = <T>(read: (value: unknown) => T) =>
  z.any().transform((value: unknown, context): T => {
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      const { message, hint, path } = error;
      context.addIssue({ code: "custom", message, path: [...path], params: { hint }, input: value });
      return z.NEVER;
    }
  });

const milliseconds: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const numberPattern = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const durationPattern = new RegExp(`^(${numberPattern})\\s*(ns|us|µs|ms|s|min|m|h|d)$`, "i");

/** A thousand years: more is a slip of the pen. */
const longestMs = 1000 * 366 * 86_400_000;

/** "5ms" or 0, in milliseconds. */
export function readDuration(value: unknown): number {
  const hint = "a duration is a number with its unit (us, ms, s, m, h, d), such as 5ms";
  if (value === 0) return 0;
  const match = typeof value === "string" ? durationPattern.exec(value.trim()) : null;
  if (match === null) throw new ValueError(`${shown(value)} is no duration`, hint);
  const duration = Number(match[1]) * milliseconds[match[2]!.toLowerCase()]!;
  if (duration < 0) throw new ValueError(`${shown(value)} is negative`, hint);
  if (!(duration <= longestMs)) throw new ValueError(`${shown(value)} is too long`, hint);
  return duration;
}

export function readPositiveDuration(value: unknown): number {
  const duration = readDuration(value);
  if (duration === 0) throw new ValueError("must be longer than nothing", "give a duration such as 5ms");
  return duration;
}

const ratePattern = new RegExp(`^(${numberPattern})\\s*/\\s*(ms|s|min|m|h|d)$`, "i");

/** "800/s", or a number per second; per millisecond. */
export function readRate(value: unknown): number {
  const hint = "a rate is a number of requests per unit of time, such as 800/s";
  const match = typeof value === "string" ? ratePattern.exec(value.trim()) : null;
  if (typeof value !== "number" && match === null) throw new ValueError(`${shown(value)} is no rate`, hint);
  const rate = match === null ? Number(value) / 1000 : Number(match[1]) / milliseconds[match[2]!.toLowerCase()]!;
  if (!Number.isFinite(rate)) throw new ValueError(`${shown(value)} is no rate`, hint);
  if (rate < 0) throw new ValueError(`the rate ${shown(value)} is negative`, hint);
  if (rate === 0) throw new ValueError("the rate is 0: nothing would arrive", hint);
  return rate;
}

export const distributionHint =
  "a duration such as 5ms, or one of {exponential: 5ms}, {uniform: [1ms, 5ms]}, {lognormal: {mean: 5ms, cv: 2}}, " +
  "{pareto: {minimum: 1ms, shape: 2.5}}, {hyperexponential: [{weight: 1, mean: 5ms}]}, {empirical: [1ms, 2ms, 9ms]}, " +
  "{choice: [{weight: 1, value: 5ms}]}, {mixture: [{weight: 1, of: 5ms}]}";

/** A duration, or an object with one key: the name of the distribution. */
export function readDistribution(value: unknown): Distribution {
  if (!isObject(value)) return constant(readDuration(value));
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0) {
    throw new ValueError("a distribution has one name", distributionHint, others.length > 0 ? [others[0]!] : []);
  }
  const reader = Object.hasOwn(distributionReaders, name) ? distributionReaders[name]! : undefined;
  if (reader === undefined) throw new ValueError(`unknown distribution "${name}"`, distributionHint, [name]);
  return inside(name, () => reader(value[name]));
}

const distributionReaders: Readonly<Record<string, (value: unknown) => Distribution>> = {
  constant: (value) => constant(readDuration(value)),
  exponential: (value) => ({ kind: "exponential", mean: readPositiveDuration(value) }),
  uniform: (value) => {
    const [from, to] = readList(value, readDuration, "{uniform: [1ms, 5ms]}", 2, 2) as [number, number];
    if (from > to) throw new ValueError("it ends before it begins", "write {uniform: [1ms, 5ms]}", [1]);
    return { kind: "uniform", from, to };
  },
  lognormal: (value) => {
    const hint = "write {lognormal: {mean: 5ms, cv: 2}}";
    const { mean, cv } = readFields(value, ["mean", "cv"], hint);
    return {
      kind: "lognormal",
      mean: inside("mean", () => readPositiveDuration(mean)),
      variation: inside("cv", () => readPositive(cv, hint)),
    };
  },
  pareto: (value) => {
    const hint = "write {pareto: {minimum: 1ms, shape: 2.5}}, with a maximum if there is one";
    const { minimum, shape, maximum } = readFields(value, ["minimum", "shape"], hint, ["maximum"]);
    const from = inside("minimum", () => readPositiveDuration(minimum));
    const to = maximum === undefined ? undefined : inside("maximum", () => readPositiveDuration(maximum));
    if (to !== undefined && to <= from) throw new ValueError("the maximum is not above the minimum", hint, ["maximum"]);
    const exponent = inside("shape", () => readPositive(shape, hint));
    if (to === undefined && exponent <= 1)
      throw new ValueError("the mean is infinite at a shape of 1 or less", "give a maximum, or a shape above 1", ["shape"]);
    return { kind: "pareto", minimum: from, shape: exponent, ...(to !== undefined && { maximum: to }) };
  },
  hyperexponential: (value) =>
    readMixture(value, "mean", (mean) => ({ kind: "exponential", mean: readPositiveDuration(mean) })),
  choice: (value) => readMixture(value, "value", (of) => constant(readDuration(of))),
  mixture: (value) => readMixture(value, "of", readDistribution),
  empirical: (value) => {
    const values = readList(value, readDuration, "write {empirical: [1ms, 2ms, 9ms]}", 2).toSorted((a, b) => a - b);
    return { kind: "empirical", values };
  },
};

function readMixture(value: unknown, field: string, read: (value: unknown) => Distribution): Distribution {
  const hint = `give a list of {weight: 1, ${field}: 5ms}`;
  const parts = readList(
    value,
    (part) => {
      const fields = readFields(part, ["weight", field], hint);
      return {
        weight: inside("weight", () => readPositive(fields["weight"], hint)),
        of: inside(field, () => read(fields[field])),
      };
    },
    hint,
    1,
  );
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  return { kind: "mixture", parts: parts.map(({ weight, of }) => ({ weight: weight / total, of })) };
}

/** One distribution, or a list of several that are added up. */
export function readSum(value: unknown): readonly Distribution[] {
  return Array.isArray(value) ? readList(value, readDistribution, distributionHint, 1) : [readDistribution(value)];
}

export const arrivalProcesses = ["poisson", "deterministic", "bursts", "diurnal", "steps", "replay", "closed"] as const;

const arrivalHint = `{process: poisson, rate: 800/s}; processes are ${arrivalProcesses.join(", ")}`;

export function readArrivals(value: unknown): ArrivalProcess {
  if (!isObject(value)) return { process: "poisson", rate: readRate(value) };
  const name = String(value["process"] ?? "poisson");
  const process = arrivalProcesses.find((known) => known === name);
  if (process === undefined) throw new ValueError(`unknown process ${shown(name)}`, arrivalHint, ["process"]);
  return arrivalReaders[process](value);
}

const arrivalReaders = {
  poisson: (value) => {
    const fields = readFields(value, ["rate"], "write {process: poisson, rate: 800/s}", ["process"]);
    return { process: "poisson", rate: inside("rate", () => readRate(fields["rate"])) };
  },
  deterministic: (value) => {
    const fields = readFields(value, ["rate"], "write {process: deterministic, rate: 800/s}", ["process"]);
    return { process: "deterministic", rate: inside("rate", () => readRate(fields["rate"])) };
  },
  bursts: (value) => {
    const hint = "write {process: bursts, rate: 500/s, burstRate: 5000/s, calm: 10s, burst: 1s}";
    const fields = readFields(value, ["rate", "burstRate", "calm", "burst"], hint, ["process"]);
    return {
      process: "bursts",
      rate: inside("rate", () => (fields["rate"] === 0 ? 0 : readRate(fields["rate"]))),
      burstRate: inside("burstRate", () => readRate(fields["burstRate"])),
      calmMs: inside("calm", () => readPositiveDuration(fields["calm"])),
      burstMs: inside("burst", () => readPositiveDuration(fields["burst"])),
    };
  },
  diurnal: (value) => {
    const hint = "write {process: diurnal, rate: 500/s, amplitude: 0.8, period: 24h}";
    const fields = readFields(value, ["rate", "amplitude", "period"], hint, ["process"]);
    const amplitude = inside("amplitude", () => readPositive(fields["amplitude"], hint));
    if (amplitude > 1) throw new ValueError("above 1 the rate would be negative at night", hint, ["amplitude"]);
    return {
      process: "diurnal",
      rate: inside("rate", () => readRate(fields["rate"])),
      amplitude,
      periodMs: inside("period", () => readPositiveDuration(fields["period"])),
    };
  },
  steps: (value) => {
    const hint = "write {process: steps, steps: [{rate: 1500/s, for: 60s}, {rate: 600/s}]}";
    const fields = readFields(value, ["steps"], hint, ["process", "spacing"]);
    const spacing = fields["spacing"] ?? "poisson";
    if (spacing !== "poisson" && spacing !== "deterministic")
      throw new ValueError(`unknown spacing ${shown(spacing)}`, "spacings are poisson, deterministic", ["spacing"]);
    const list = fields["steps"];
    const steps = inside("steps", () => readList(list, (step) => readStep(step, hint), hint, 1));
    const endless = steps.findIndex(({ forMs }, index) => forMs === Infinity && index < steps.length - 1);
    if (endless >= 0) throw new ValueError("only the last step may be without end", hint, ["steps", endless]);
    return { process: "steps", spacing, steps };
  },
  replay: (value) => {
    const hint = "write {process: replay, times: [0ms, 12ms, 15ms]}";
    const fields = readFields(value, ["times"], hint, ["process"]);
    const timesMs = inside("times", () => readList(fields["times"], readDuration, hint, 1));
    const before = timesMs.findIndex((time, index) => index > 0 && time < timesMs[index - 1]!);
    if (before >= 0) throw new ValueError("it is before the time ahead of it", "give times in order", ["times", before]);
    return { process: "replay", timesMs };
  },
  closed: (value) => {
    const hint = "write {process: closed, clients: 10, think: {exponential: 100ms}}";
    const fields = readFields(value, ["clients", "think"], hint, ["process"]);
    const clients = fields["clients"];
    if (typeof clients !== "number" || !Number.isInteger(clients) || clients < 1)
      throw new ValueError("the number of clients is a whole number from 1", hint, ["clients"]);
    return { process: "closed", clients, think: inside("think", () => readDistribution(fields["think"])) };
  },
} satisfies Record<(typeof arrivalProcesses)[number], (value: Record<string, unknown>) => ArrivalProcess>;

function readStep(value: unknown, hint: string): { rate: number; forMs: number } {
  const fields = readFields(value, ["rate"], hint, ["for"]);
  const forMs = fields["for"] === undefined ? Infinity : inside("for", () => readPositiveDuration(fields["for"]));
  return { rate: inside("rate", () => (fields["rate"] === 0 ? 0 : readRate(fields["rate"]))), forMs };
}

const expectationPattern = /^\s*([a-z][\w.\- ]*?)\s*(<=|>=|<|>|=)\s*(\S+)\s*$/i;

/** "latency.p99 < 50ms"; durations come out in milliseconds, percentages as shares. */
export function readExpectation(value: unknown): Expectation {
  const hint = 'an expectation is a measure, a relation and a value, such as "latency.p99 < 50ms"';
  const match = typeof value === "string" ? expectationPattern.exec(value) : null;
  if (match === null) throw new ValueError(`${shown(value)} is no expectation`, hint);
  const [text, measure, relation, bound] = match as unknown as [string, string, Expectation["relation"], string];
  const number = /%$/.test(bound) ? Number(bound.slice(0, -1)) / 100 : Number(bound);
  const limit = Number.isNaN(number) ? readBound(bound, hint) : number;
  return { text: text.trim(), measure, relation, value: limit };
}

function readBound(bound: string, hint: string): number {
  if (durationPattern.test(bound)) return readDuration(bound);
  if (ratePattern.test(bound)) return readRate(bound) * 1000;
  throw new ValueError(`${shown(bound)} is neither a number, a share in %, a duration nor a rate`, hint);
}

export function shown(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Runs `read` on what stands below `step`, so that an error says where. */
function inside<T>(step: string | number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ValueError) throw new ValueError(error.message, error.hint, [step, ...error.path]);
    throw error;
  }
}

function readFields(
  value: unknown,
  needed: readonly string[],
  hint: string,
  allowed: readonly string[] = [],
): Record<string, unknown> {
  if (!isObject(value)) throw new ValueError("expected names with their values", hint);
  const unknown = Object.keys(value).find((key) => !needed.includes(key) && !allowed.includes(key));
  if (unknown !== undefined) throw new ValueError(`unknown key "${unknown}"`, hint, [unknown]);
  const missing = needed.find((key) => value[key] === undefined || value[key] === null);
  if (missing !== undefined) throw new ValueError(`"${missing}" is missing`, hint);
  return value;
}

function readList<T>(value: unknown, read: (item: unknown) => T, hint: string, least: number, most = Infinity): T[] {
  if (!Array.isArray(value)) throw new ValueError("expected a list", hint);
  if (value.length < least || value.length > most) throw new ValueError(`a list of ${value.length} does not do`, hint);
  return value.map((item: unknown, index) => inside(index, () => read(item)));
}

function readPositive(value: unknown, hint: string): number {
  if (typeof value !== "number" || !(value > 0) || !Number.isFinite(value))
    throw new ValueError(`${shown(value)} is no number above 0`, hint);
  return value;
}
