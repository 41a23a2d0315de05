import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Folder } from "../run.ts";
import { hasTmux, Terminal } from "./terminal.ts";

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

test("without a terminal it says what to run instead", async () => {
  expect(await folder.run(["wizard"])).toEqual({
    stdout: "",
    stderr:
      "error: the wizard asks questions, and there is no terminal to ask them at\n" +
      "  run shardplan analyze LOG --schema schema.sql --shards 4,8 --save-design design.yaml --markdown -o report.md\n",
    exitCode: 2,
  });
});

test.runIf(process.env["CI"] === "true")("tmux is there", () => expect(hasTmux, "apt-get install tmux").toBe(true));

// Skipped where tmux is missing: nothing else gives these tests a terminal.
describe.skipIf(!hasTmux)("at a terminal", () => {
  let terminal: Terminal;
  let number = 0;
  beforeEach(() => {
    terminal = new Terminal(folder.path, `w${number++}`);
  });
  afterEach(() => terminal.close());

  async function answerToTheMenu(): Promise<void> {
    terminal.run("wizard");
    await terminal.answer("Which log?", "samples/shop.csv.gz");
    await terminal.pick("Is it understood?", "add a schema");
    await terminal.answer("File with the DDL", "samples/shop.sql");
    await terminal.pressAt("another schema than samples/shop.sql", "Enter");
    await terminal.answer("How many shards?", "");
    await terminal.pick("For which system?", "citus");
    await terminal.answer("How much more load", "40%");
    await terminal.answer("99 of 100 requests", "50ms");
    await terminal.answer("Replicas of each shard?", "2");
    await terminal.pressAt("How do writes reach them?", "Enter");
    await terminal.sees("What next?");
  }

  test("the whole way through; the commands that it ends with give the same files", { timeout: 120_000 }, async () => {
    await answerToTheMenu();
    const seen = terminal.screen(true);
    expect(seen).toContain("format postgres-csvlog");
    expect(seen).toContain("Do you need shards? no");
    expect(seen).toContain("Designs for 4 shards");
    await terminal.choose("why this design");
    await terminal.pick("What next?", "what moves");
    await terminal.answer("To how many shards?", "12");
    await expect.poll(() => terminal.screen(true), { timeout: 30_000 }).toContain("The same, once the design is saved");
    await terminal.pick("What next?", "simulate it");
    await terminal.sees("What next?");
    expect(folder.names(), "nothing is written before one says so").toEqual(["samples"]);
    terminal.press("Enter");
    await terminal.answer("Write the design to", "d.yaml");
    await terminal.answer("Write the report to", "r.json");
    await terminal.answer("Write the scenario to", "s.yaml");
    await terminal.sees("exit code 0");
    const all = terminal.screen(true);
    expect(all).toContain("What to do");
    expect(all).toContain("latency.p99<50ms: holds");
    expect(all).toMatch(/shardplan reshard --design design.yaml --to 12 samples\/shop.csv.gz --schema samples\/shop.sql/);
    expect(folder.names()).toEqual(["d.yaml", "r.json", "s.yaml", "samples"]);

    const commands = all.slice(all.indexOf("The same without questions:")).match(/shardplan .*/g)!;
    expect(commands).toHaveLength(2);
    const other = new Folder();
    try {
      for (const command of commands) expect(await other.runShell(command)).toMatchObject({ exitCode: 0 });
      for (const name of ["d.yaml", "r.json", "s.yaml"])
        expect(readFileSync(other.at(name), "utf8")).toBe(readFileSync(folder.at(name), "utf8"));
    } finally {
      other.remove();
    }
  });

  test("Escape goes back, up to the first question", async () => {
    terminal.run("wizard samples/access.csv");
    await terminal.pressAt("Is it understood?", "Down", "Down", "Enter");
    await terminal.pressAt("Which column is it about?", "Enter");
    await terminal.pressAt("column of: sql", "Escape");
    await terminal.pressAt("Which column is it about?", "Escape");
    await terminal.pressAt("Is it understood?", "Escape");
    await terminal.pressAt("Which log?", "Escape");
    await terminal.sees("Which log?");
    await expect.poll(() => terminal.screen()).toContain("This is the first question");
  });

  test("a wrong answer is asked again", async () => {
    terminal.run("wizard");
    await terminal.answer("Which log?", "nowhere.csv");
    await terminal.sees("Which log?");
    await expect.poll(() => terminal.screen()).toContain("nowhere.csv: no such file");
  });

  test("Ctrl-C leaves with 130 and nothing written, also where names of files are asked", async () => {
    await answerToTheMenu();
    terminal.press("Enter");
    await terminal.answer("Write the design to", "");
    await terminal.pressAt("Write the report to", "C-c");
    await terminal.sees("exit code 130");
    expect(terminal.screen()).toContain("Left; nothing was written.");
    expect(folder.names()).toEqual(["samples"]);
  });

  test("one may end without saving", async () => {
    await answerToTheMenu();
    await terminal.choose("end without saving");
    await terminal.sees("exit code 0");
    expect(terminal.screen(true)).toContain("The same without questions:");
    expect(folder.names()).toEqual(["samples"]);
  });

  test("one may walk into another design: what is shown and told is of it then", { timeout: 60_000 }, async () => {
    await answerToTheMenu();
    await terminal.choose("walk into design 2");
    await expect.poll(() => terminal.screen(true), { timeout: 30_000 }).toContain("reviews by customer_id: it was asked for");
    await terminal.sees(/^\? What next\?/m);
    await terminal.choose("end without saving");
    await terminal.sees("exit code 0");
    // What the shop's second design gives reviews; the golden file of analyze has it, too.
    expect(terminal.screen(true)).toMatch(/shardplan analyze .*--pin reviews=customer_id .*--target citus/);
  });

  test("a window of 60 columns", async () => {
    await answerToTheMenu();
    terminal.resize(60);
    await terminal.choose("the ladder and the designs again");
    await terminal.sees("What next?");
    const page = terminal.screen().split("\n");
    // A line that is longer than the window would go on at the beginning of the next one.
    expect(page.filter((line) => line.length > 60)).toEqual([]);
    expect(terminal.screen(true).split("\n").filter((line) => line.length > 100)).toEqual([]);
    terminal.press("C-c");
    await terminal.sees("exit code 130");
  });
});
