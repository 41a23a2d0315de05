import { InputError } from "../base/input-error.ts";
import type { RoutingContext } from "../routing/context.ts";
import type { TemplateUse, Workload } from "../workload/workload.ts";
import { workloadArrivals } from "./workload-arrivals.ts";
import { workloadKeys, type WorkloadKeys } from "./workload-keys.ts";
import { perShardMs, type RoutedExecutions, type RoutedTemplates, routedTemplates } from "./workload-operations.ts";
import { serviceTimesMs } from "./workload-service.ts";
import { type CommitSpread, commitSpread } from "./workload-transactions.ts";

/** What a log leaves open. */
export interface FromWorkloadOptions {
  readonly name: string;
  readonly design: RoutingContext;
  /** The design after the move that is simulated. */
  readonly movesTo: RoutingContext | undefined;
  readonly servers: number;
  readonly replicas: number;
  readonly replication: string | undefined;
  /** Mean service time in milliseconds where the log has no durations. */
  readonly serviceMs: number | undefined;
  /** Statements per second where the log has no times, or instead of them. */
  readonly perSecond: number | undefined;
}

/** Seconds of a simulation whose rate was given. */
const givenRateSeconds = 60;
/** Two forced writes of the log, a quarter of a millisecond each on a solid-state disk: what preparing costs, and committing. */
const twoPhaseMs = 0.25;

/**
 * The scenario of a workload under a design, as a scenario file says it: plain names and values, with `notes` that tell
 * what is the log's and what is drawn or assumed. Throws InputError where the log lacks times or durations and the
 * options don't help.
 */
export function scenarioOfWorkload(workload: Workload, options: FromWorkloadOptions): Readonly<Record<string, unknown>> {
  const { design, replicas, replication, servers } = options;
  const templates = routedTemplates(workload, design);
  if (templates.routed.length === 0)
    throw new InputError("no statement of the log reaches a sharded or copied table of the design", {
      hint: `its tables are ${[...design.design.tables.keys()].join(", ")}`,
      exitCode: 3,
    });
  checkDurations(templates, options);
  const keys = workloadKeys(workload, design, options.movesTo);
  const commits = commitSpread(workload, design);
  const simulated = templates.routed.reduce((sum, { executions }) => sum + executions, 0);
  const commitOperations = operationsOfCommits(commits, workload, design.design.shards.length);
  const requests = simulated + commitOperations.reduce((sum, { share }) => sum + share, 0);
  const arrivals = arrivalsOf(workload, requests, options);
  return {
    version: 1,
    name: options.name,
    notes: notesOf(workload, templates, keys, commits, arrivals.note, options),
    duration: duration(arrivals.durationMs),
    arrivals: arrivals.process,
    operations: [...templateOperations(templates, workload, options), ...commitOperations],
    keys: keys.groups.length === 0 ? {} : { groups: keys.groups.map(groupValue) },
    cluster: {
      shards: design.design.shards.length,
      servers,
      replicas,
      ...(replication !== undefined && { replication: { mode: replication } }),
    },
    ...(commitOperations.length > 0 && { transactions: { prepare: duration(twoPhaseMs), commit: duration(twoPhaseMs) } }),
  };
}

function checkDurations({ routed }: RoutedTemplates, { serviceMs }: FromWorkloadOptions): void {
  if (serviceMs !== undefined || routed.some(({ use }) => use.timed > 0 && use.timeMicros > 0)) return;
  throw new InputError("the log has no durations, so it does not say how long statements keep a server busy", {
    hint: "pass --service-ms 2, a mean that is taken to be exponential, or --duration-column if it has them",
  });
}

const groupValue = ({ share, keys, shard, movesTo }: WorkloadKeys["groups"][number]): Record<string, number> => ({
  share: rounded(share),
  keys,
  shard,
  ...(movesTo !== undefined && { movesTo }),
});

interface ArrivalsValue {
  readonly process: Readonly<Record<string, unknown>>;
  readonly durationMs: number;
  readonly note: string;
}

function arrivalsOf(workload: Workload, requests: number, { perSecond }: FromWorkloadOptions): ArrivalsValue {
  const share = requests / workload.executions;
  if (perSecond !== undefined)
    return {
      process: { process: "poisson", rate: `${rounded(perSecond * share)}/s` },
      durationMs: givenRateSeconds * 1000,
      note: `arrivals: ${perSecond} statements/s as given, Poisson`,
    };
  const { steps, durationMs, stretch, windowSeconds } = workloadArrivals(workload, share);
  const part = stretch ? "the busiest stretch of the log" : "the whole log";
  return {
    process: {
      process: "steps",
      steps: steps.map(({ perSecond: rate, forMs }) => ({ rate: rate === 0 ? 0 : `${rounded(rate)}/s`, for: duration(forMs) })),
    },
    durationMs,
    note: `arrivals: ${part}; the rate of each ${windowSeconds} s is the log's, the moments within are drawn (Poisson)`,
  };
}

function templateOperations(
  { routed }: RoutedTemplates,
  workload: Workload,
  options: FromWorkloadOptions,
): readonly Readonly<Record<string, unknown>>[] {
  const mean = meanMs(routed);
  const times = new Map<TemplateUse, readonly number[] | undefined>();
  const numbers = new Map<TemplateUse, number>();
  for (const { use } of [...routed].sort((a, b) => b.use.timeMicros - a.use.timeMicros || b.use.executions - a.use.executions)) {
    if (numbers.has(use)) continue;
    numbers.set(use, numbers.size + 1);
    times.set(use, serviceTimesMs(use, workload));
  }
  return routed
    .toSorted((a, b) => numbers.get(a.use)! - numbers.get(b.use)!)
    .map((one) => {
      const { use, writes, executions, shards, workShare } = one;
      const several = shards !== 1;
      const same = routed.filter((other) => other.use === use).length > 1;
      return {
        name: `${numbers.get(use)!} ${verbAndTable(one, workload)}${same ? (several ? ` on ${shards}` : " on 1") : ""}`,
        about: use.template.text,
        ...(writes && { kind: "write" }),
        share: rounded(executions),
        service: serviceValue(times.get(use), workShare, options.serviceMs ?? mean),
        ...(several && { touches: shards }),
      };
    });
}

/** Over all statements with a duration; the others are taken to be like them. */
function meanMs(routed: readonly RoutedExecutions[]): number {
  const uses = [...new Set(routed.map(({ use }) => use))];
  const timed = uses.reduce((sum, use) => sum + use.timed, 0);
  return timed === 0 ? NaN : uses.reduce((sum, use) => sum + use.timeMicros, 0) / timed / 1000;
}

function serviceValue(times: readonly number[] | undefined, workShare: number, mean: number): unknown {
  if (times === undefined) return { exponential: duration(mean * workShare) };
  return { empirical: times.map((time) => duration(time * workShare)) };
}

function verbAndTable({ use }: RoutedExecutions, { shapes }: Workload): string {
  const first = use.shapes[0] === undefined ? undefined : shapes[use.shapes[0]]!.shape;
  return first === undefined ? "statement" : `${first.use} ${first.table}`;
}

/** A COMMIT of a transaction that wrote goes to each of its shards, as one request; of several it is a two-phase commit. */
function operationsOfCommits(
  { byShards }: CommitSpread,
  workload: Workload,
  shardCount: number,
): readonly { readonly name: string; readonly share: number }[] {
  const use = workload.templates.find(({ pattern, timed }) => pattern.kind === "control" && pattern.control === "commit" && timed > 0);
  const mean = use === undefined ? 0 : use.timeMicros / use.timed / 1000;
  return [...byShards].flatMap(([shards, transactions]) => {
    // A commit on one shard of which no duration is known is in the time of its statements.
    if (shards === 0 || (shards === 1 && mean === 0)) return [];
    const touches = shards === 1 ? {} : { touches: shards === shardCount ? "all" : shards };
    const name = shards === 1 ? "commit" : `commit on ${shards} shards`;
    return [{ name, kind: "write", share: rounded(transactions), service: { exponential: duration(mean) }, ...touches }];
  });
}

function notesOf(
  workload: Workload,
  { withoutTables, unsharded, unknown, routed }: RoutedTemplates,
  keys: WorkloadKeys,
  commits: CommitSpread,
  arrivals: string,
  { serviceMs, servers, movesTo }: FromWorkloadOptions,
): readonly string[] {
  const uses = [...new Set(routed.map(({ use }) => use))];
  const untimed = uses.reduce((sum, use) => sum + use.executions - use.timed, 0);
  const executions = routed.reduce((sum, one) => sum + one.executions, 0);
  const percent = (part: number): string => `${((100 * part) / workload.executions).toPrecision(2)} %`;
  const { grouping } = workload.transactions;
  const known = commits.byShards.size > 0;
  const rules: readonly (readonly [boolean, string])[] = [
    [true, arrivals],
    [true, "shares, mean service times and hot keys are the log's; the order of statements is drawn, sessions are not followed"],
    [untimed < executions, "service times are the log's durations per statement; they contain whatever the statement waited for in that system"],
    [
      untimed > 0,
      `service times of ${percent(untimed)} of the executions are not logged: exponential, ${
        serviceMs === undefined ? "of the mean of the others" : `of ${serviceMs} ms as given`
      }`,
    ],
    [true, `${servers} servers per node`],
    [routed.some(({ class: found }) => found === "scatter-gather" || found === "multi-shard"), `a statement on several shards divides its time among them, but ${perShardMs} ms that each spends again`],
    [routed.some(({ class: found }) => found === "cross-shard-join"), "a cross-shard join takes its whole time on every shard"],
    [keys.keys > 0, "all statements by key draw it from one popularity: that of all of the log's accesses by key"],
    [keys.keys === 0, "the log has no values of shard keys: keys are taken to be alike and placed by hash"],
    [keys.keptShare < 1, `the log's counters kept ${(100 * keys.keptShare).toPrecision(2)} % of the keys; the others are taken to be like those`],
    [keys.unplaced > 0, `${keys.unplaced} accesses by key have no value that can be placed; they are taken to be like the others`],
    [movesTo !== undefined && keys.keys > 0, "keys move as the two designs place them"],
    [withoutTables > 0, `left out: ${percent(withoutTables)} of the executions reach no table`],
    [unsharded > 0, `left out: ${percent(unsharded)} of the executions concern unsharded tables, whose server is not simulated`],
    [unknown > 0, `${percent(unknown)} of the executions have no known route: they are taken to ask every shard`],
    [known, `commits are those of the log's writing transactions; preparing and committing on several shards take ${twoPhaseMs} ms each`],
    [commits.unknown > 0, `of ${Math.round(commits.unknown)} transactions it is not known on which shards they wrote: on all, to be careful`],
    [!known, grouping.by === "none" ? `transactions are not known: ${grouping.because}` : "the log has no transactions of several statements that write"],
  ];
  return rules.flatMap(([applies, note]) => (applies ? [note] : []));
}

/** As a scenario file has it: no exponent, nine digits. */
const duration = (ms: number): string => `${rounded(ms)}ms`;

/** The file's digits are the scenario's: what was built and what is read again are the same. */
function rounded(value: number): number {
  const digits = Number(value.toPrecision(9));
  return Math.abs(digits) < 1e-6 ? Number(digits.toFixed(12)) : digits;
}
