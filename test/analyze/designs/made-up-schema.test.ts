import { writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { wholeText } from "../../../src/report/number-text.ts";
import type { Report } from "../../../src/report/schema.ts";
import { Folder } from "../../cli/run.ts";

interface SchemaAndLog {
  readonly ddl: string;
  readonly log: string;
}
interface Size {
  readonly tables: number;
  readonly templates: number;
  readonly executions: number;
  readonly seed: number;
}
/** What `npm run bench:designs` measures with 60 tables. */
const { schemaAndLog } = (await import(String(new URL("../../../bench/schema-log.mjs", import.meta.url)))) as {
  schemaAndLog: (size: Size) => SchemaAndLog;
};

const folder = new Folder();
afterAll(() => folder.remove());

async function analyzed(size: Size, around: Parameters<Folder["run"]>[1] = {}) {
  const { ddl, log } = schemaAndLog(size);
  writeFileSync(folder.at("schema.sql"), ddl);
  writeFileSync(folder.at("log.csv"), log);
  const seen = await folder.run(["analyze", "./log.csv", "--schema", "./schema.sql", "--json"], around);
  return { ...seen, designs: (JSON.parse(seen.stdout) as Report).designs };
}

test.each([1, 2, 3])("no baseline of a made-up schema of 12 tables is better than what is recommended (%i)", async (seed) => {
  const { designs } = await analyzed({ tables: 12, templates: 120, executions: 1200, seed });
  expect(designs.baselines).toHaveLength(3);
  const recommended = designs.designs[0]!.scaleOutFactor;
  for (const { name, design } of designs.baselines)
    expect(design.scaleOutFactor, name).toBeLessThanOrEqual(recommended);
});

// With this seed the search's design carries 3.01 times, and another 3.04 once its families have their own strategies: a draw.
test("no design that is printed carries a tenth more than the recommended one", async () => {
  const { designs } = await analyzed({ tables: 6, templates: 40, executions: 400, seed: 6 });
  const [recommended, ...others] = designs.designs.map(({ scaleOutFactor }) => scaleOutFactor);
  expect(others).toHaveLength(2);
  const alternatives = designs.reasons.flatMap(({ alternative }) => alternative?.scaleOutFactor ?? []);
  expect(Math.max(...others, ...alternatives)).toBeLessThanOrEqual(recommended! * 1.1);
});

test("a terminal hears how long the search took; the report has no time in it", async () => {
  const size = { tables: 6, templates: 30, executions: 300, seed: 1 };
  let clock = 0;
  const heard = await analyzed(size, { progress: true, now: () => (clock += 250) });
  const { evaluations, nodes } = heard.designs.search;
  expect(heard.stderr).toContain("searching for designs");
  const looked = `${wholeText(evaluations)} designs and ${wholeText(nodes)} nodes of branch and bound looked at`;
  expect(heard.stderr).toContain(`searched for designs: 250 ms, ${looked}, proven best\n`);
  expect(await analyzed(size)).toMatchObject({ stdout: heard.stdout, stderr: "" });
});
