import { expect, test } from "vitest";
import { parseBenchmark } from "../../src/plan/benchmark-points.ts";

test("reads clients or nodes with their throughput, in any order of columns", () => {
  expect(parseBenchmark("clients,throughput\n1,65\n18,995.9\n", "points.csv")).toEqual({ of: "clients", points: [{ load: 1, throughput: 65 }, { load: 18, throughput: 995.9 }] });
  expect(parseBenchmark('\uFEFFrun\tThroughput\tNodes\r\n"a"\t100\t2\r\n\r\nb\t180\t4', "points.tsv")).toEqual({ of: "nodes", points: [{ load: 2, throughput: 100 }, { load: 4, throughput: 180 }] });
});

test.each([
  ["", "p.csv: the file is empty", 2],
  ["clients\n1\n", "p.csv:1: it has one column", 2],
  ["users,throughput\n1,2\n", 'p.csv:1: no column "clients" or "nodes"', 2],
  ["clients,tps\n1,2\n", 'p.csv:1: no column "throughput"', 2],
  ["clients,nodes,throughput\n1,1,2\n", "p.csv:1: it has clients and nodes", 2],
  ["clients,throughput,clients\n1,2,3\n", 'p.csv:1: column "clients" is there twice', 2],
  ["clients,throughput\n", "p.csv: there is no point in it", 3],
  ["clients,throughput\n1,2\n2\n", "p.csv:3: 1 fields, the first line has 2", 2],
  ["clients,throughput\n1,fast\n", 'p.csv:2: throughput "fast" is no number', 2],
  ["clients,throughput\n1,\n", 'p.csv:2: throughput "" is no number', 2],
  ["clients,throughput\n0.5,2\n", "p.csv:2: clients 0.5 is less than one", 2],
  ["clients,throughput\n2,0\n", "p.csv:2: throughput 0 is not above 0", 2],
  ['clients,throughput\n"1,2\n', "p.csv:2: a quote is not closed", 2],
])("refuses %j in one sentence with its line", (text, message, exitCode) => {
  expect(() => parseBenchmark(text, "p.csv")).toThrow(expect.objectContaining({ message, exitCode }));
});
