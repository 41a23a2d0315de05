import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { analyzeArguments, sameCommands } from "../../../src/cli/wizard/commands.ts";
import { firstAnswers } from "../../../src/cli/wizard/answers.ts";
import { answered, back, type Facts, questionOf, start, type Wizard } from "../../../src/cli/wizard/steps.ts";

const facts: Facts = { otherDesigns: [["orders=id"]], noScenario: undefined };
const through = (answers: readonly string[], from: Wizard = start): Wizard =>
  answers.reduce((wizard, answer) => answered(wizard, answer, facts).next, from);

describe("the questions", () => {
  test("lead from a log to the menu", () => {
    const menu = through(["log.csv", "yes", "4,8", "citus", "40%", "50ms", "2", "quorum"]);
    expect(menu.step).toBe("menu");
    expect(menu.answers).toMatchObject({ log: "log.csv", shards: "4,8", target: "citus", growth: "40%", latency: "50ms" });
  });

  test("replication is not asked of a cluster without replicas", () => {
    const before = through(["log.csv", "yes", "4", "generic", "", ""]);
    expect(answered(before, "0", facts)).toMatchObject({ next: { step: "menu" }, task: { kind: "analyze" } });
    expect(answered(before, "1", facts)).toMatchObject({ next: { step: "replication" } });
  });

  test("a correction is looked at, and asked of again", () => {
    const at = through(["log.csv", "role", "duration"]);
    const { next, task } = answered(at, "took_us", facts);
    expect({ step: next.step, task, columns: next.answers.columns }).toEqual({
      step: "understood",
      task: { kind: "look" },
      columns: { duration: "took_us" },
    });
    expect(back(next).step).toBe("log");
    expect(through(["role", "duration", ""], next).answers.columns).toEqual({});
  });

  test("corrections do not outlive their log", () => {
    const corrected = through(["a.csv", "format", "csv"]);
    expect(through(["b.csv"], back(corrected)).answers.format).toBeUndefined();
  });

  test("what a flag would refuse is refused with its sentence", () => {
    const check = questionOf(through(["log.csv", "yes"]), facts).check!;
    expect(check("0")).toBe("pass one or several whole numbers from 1 to 4096, such as 8 or 2,4,8.");
    expect(check("2, 4")).toBeUndefined();
  });

  test("without a scenario its file is not asked for", () => {
    const without: Facts = { otherDesigns: [], noScenario: "the log has no times" };
    const at = through(["log.csv", "yes", "4", "generic", "", "", "0", "save", "d.yaml"]);
    expect(answered(at, "r.md", without)).toMatchObject({ task: { kind: "save" } });
    expect(answered(at, "r.md", facts)).toMatchObject({ next: { step: "scenarioFile" } });
  });

  test("one may walk into another design, and back to the recommended one", () => {
    const menu = through(["log.csv", "yes", "4", "generic", "", "", "0"]);
    const into = answered(menu, "into 0", facts);
    expect(into).toMatchObject({ next: { step: "menu", answers: { pins: ["orders=id"] } }, task: { kind: "analyze" } });
    expect(analyzeArguments(into.next.answers).join(" ")).toContain("--pin orders=id");
    const values = (wizard: Wizard): readonly string[] => questionOf(wizard, facts).choices!.map(({ value }) => value);
    expect(values(menu)).not.toContain("recommended");
    expect(values(into.next)).toContain("recommended");
    expect(answered(into.next, "recommended", facts)).toMatchObject({ next: { answers: { pins: [] } }, task: { kind: "analyze" } });
  });

  test("back undoes an answer, from anywhere", () => {
    const answerOf = (wizard: Wizard, pick: number): string => {
      const { choices, check } = questionOf(wizard, facts);
      if (choices !== undefined) return choices[pick % choices.length]!.value;
      return ["a.csv", "4", "40%", "50ms", ""].find((text) => check?.(text) === undefined) ?? "1";
    };
    fc.assert(
      fc.property(fc.array(fc.nat(30), { minLength: 1, maxLength: 30 }), (picks) => {
        let wizard = start;
        for (const pick of picks) {
          const { next } = answered(wizard, answerOf(wizard, pick), facts);
          // A step forward is undone; a step back to an earlier question has that question's way back.
          if (next.trail.length > wizard.trail.length) expect(back(next)).toBe(wizard);
          expect(new Set(next.trail.map(({ step }) => step)).size).toBe(next.trail.length);
          wizard = next;
        }
        for (let guard = 0; wizard.step !== "log"; guard++) {
          expect(guard).toBeLessThan(40);
          wizard = back(wizard);
        }
        expect(back(wizard)).toBe(wizard);
      }),
    );
  });
});

describe("the commands", () => {
  test("name what differs from the defaults, quoted for a shell", () => {
    const answers = { ...firstAnswers, log: "my log.csv", columns: { sql: "q" }, growth: "40%", latency: "50ms" };
    expect(sameCommands(answers, true)).toEqual([
      "shardplan analyze 'my log.csv' --sql-column q --shards '4,8' --growth '40%' --replicas 1 --replication async " +
        "--objective 'latency.p99<50ms' --save-design design.yaml --save-scenario scenario.yaml --markdown -o report.md",
      "shardplan simulate --scenario scenario.yaml --no-capacity",
    ]);
  });

  test("a file that is named like a flag stays a file", () => {
    expect(analyzeArguments({ ...firstAnswers, log: "--all" })[1]).toBe("./--all");
  });
});
