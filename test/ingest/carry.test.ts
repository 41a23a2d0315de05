import { expect, test } from "vitest";
import { CarriedFacts, factsBehind, wasReadWith } from "../../src/ingest/carry.ts";
import { rangesToReread } from "../../src/ingest/cut.ts";

test("what is said in a range is not taken from before it", () => {
  const facts = new CarriedFacts(new Map([["a", "1"]]));
  facts.set("b", "2");
  expect([facts.get("a"), facts.get("b"), facts.get("c")]).toEqual(["1", "2", undefined]);
  expect([...facts.carry.leaned]).toEqual([["a", "1"], ["c", undefined]]);
  expect(wasReadWith(new Map([["a", "1"], ["b", "9"]]), facts.carry)).toBe(true);
  expect(wasReadWith(new Map([["a", "1"], ["c", "9"]]), facts.carry)).toBe(false);
});

test("behind a range hold the facts before it, changed as it says", () => {
  const facts = new CarriedFacts();
  facts.set("a", undefined);
  facts.set("b", "2");
  expect([...factsBehind(new Map([["a", "1"], ["c", "3"]]), facts.carry)]).toEqual([["c", "3"], ["b", "2"]]);
  facts.forget();
  facts.set("d", "4");
  expect(facts.get("c")).toBeUndefined();
  expect([...factsBehind(new Map([["c", "3"]]), facts.carry)]).toEqual([["d", "4"]]);
});

test("a range read with a wrong fact is read again, with the right one; one that did not need it is not", () => {
  const said = { leaned: new Map(), said: new Map([["database", "shop"]]), forgets: false };
  const leaned = (value: string | undefined) => ({ leaned: new Map([["database", value]]), said: new Map(), forgets: false });
  const reads = [
    { start: 0, until: 10, end: 10, carry: said },
    { start: 10, until: 20, end: 20, carry: { ...said, said: new Map() } },
    { start: 20, until: 30, end: 30, carry: leaned(undefined) },
    { start: 30, until: Infinity, end: 40, carry: leaned("shop") },
  ];
  expect(rangesToReread(reads)).toEqual([{ index: 2, start: 20, until: 30, before: new Map([["database", "shop"]]) }]);
});
