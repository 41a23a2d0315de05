import { expect, test } from "vitest";
import { parseObjective } from "../../src/plan/objective.ts";

test.each([
  ["p99<50ms", { quantile: 0.99, limitMs: 50, strict: true }],
  ["latency.p99.9 <= 0.2s", { quantile: 0.9990000000000001, limitMs: 200, strict: false }],
  ["mean < 5ms", { quantile: "mean", limitMs: 5, strict: true }],
])("reads %s", (text, objective) => {
  expect(parseObjective(text)).toMatchObject(objective);
});

test.each([
  ["p99", '--slo: "p99" is no objective'],
  ["p99<50", '--slo: the limit of "p99<50" is no time'],
  ["p99<50%", '--slo: the limit of "p99<50%" is no time'],
  ["p99<50/s", '--slo: the limit of "p99<50/s" is no time'],
  ["p99<0ms", '--slo: the limit of "p99<0ms" is no time'],
  ["p99<-5ms", '--slo: "p99<-5ms" is no objective'],
  ["p99>50ms", '--slo: ">" bounds response times from the wrong side'],
  ["p100<50ms", "--slo: p100 is no quantile that a queue has"],
  ["throughput<50ms", '--slo: "throughput" is no measure of an objective'],
])("refuses %s in one sentence", (text, message) => {
  expect(() => parseObjective(text)).toThrow(expect.objectContaining({ message, exitCode: 2 }));
});
