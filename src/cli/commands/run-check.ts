import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { budgetsOfBaseline, type Baseline } from "../../advice/budgets/baseline.ts";
import type { Budgets } from "../../advice/budgets/budget.ts";
import { parseBudgets } from "../../advice/budgets/budgets-file.ts";
import { judgeBudgets } from "../../advice/budgets/judge-budgets.ts";
import { InputError } from "../../base/input-error.ts";
import { parseDesign } from "../../placement/design-file.ts";
import { buildCheck, newTemplates, originsOfCheck } from "../../report/build-check.ts";
import { checkAnnotations } from "../../report/check-annotations.ts";
import { checkJunit } from "../../report/check-junit.ts";
import { checkSarif } from "../../report/check-sarif.ts";
import { jsonText } from "../../report/json-text.ts";
import { plainText } from "../../report/plain-text.ts";
import { renderCheckMarkdown } from "../../report/render-check-markdown.ts";
import { renderCheck } from "../../report/render-check.ts";
import type { CheckReport } from "../../report/schema-check.ts";
import { readBaseline } from "../checking/baseline-file.ts";
import { readEvidence } from "../checking/evidence-files.ts";
import { judgeLog, type JudgingFlags } from "../checking/judged-log.ts";
import { readTextFile } from "../files.ts";
import { expandArguments } from "../inputs.ts";
import { OutputFile } from "../output-file.ts";
import { recordLocator } from "../record-locator.ts";
import type { Surroundings } from "../surroundings.ts";
import { toolVersion } from "../tool-version.ts";

/** The flags of `check`, as they are after parsing. */
export interface CheckFlags extends JudgingFlags {
  readonly design: string;
  readonly budgets?: string;
  readonly baseline?: string;
  readonly evidence: readonly string[];
  readonly json?: true;
  readonly markdown?: true;
  readonly github?: true;
  readonly junit?: string;
  readonly sarif?: string;
  readonly saveJson?: string;
  readonly saveMarkdown?: string;
  readonly output?: string;
}

/** Reads, judges, and prints or writes the verdict; false when a budget does not hold. */
export async function runCheck(
  logs: readonly string[],
  flags: CheckFlags,
  headerGiven: boolean,
  around: Surroundings,
): Promise<boolean> {
  const outputs = outputsOf(logs, flags, around);
  const report = await reportOf(logs, flags, headerGiven, around);
  for (const { file, render } of outputs) file.write(render(report));
  if (flags.output === undefined) around.stdout(rendered(report, flags, around));
  return report.passed;
}

interface Output {
  readonly file: OutputFile;
  readonly render: (report: CheckReport) => string;
}

/** All files are looked at before the long run. */
function outputsOf(logs: readonly string[], flags: CheckFlags, around: Surroundings): readonly Output[] {
  const inputs = [
    ...expandArguments(logs).names.filter((name) => name !== "-"),
    ...[flags.design, flags.budgets, flags.baseline, flags.schema, ...flags.evidence].filter((name) => name !== undefined),
  ];
  const wanted: readonly (readonly [string, string | undefined, Output["render"]])[] = [
    ["-o", flags.output, (report) => rendered(report, flags, { width: undefined, color: false, unicode: true })],
    ["--junit", flags.junit, checkJunit],
    ["--sarif", flags.sarif, checkSarif],
    ["--save-json", flags.saveJson, (report) => `${jsonText(report, 2)}\n`],
    ["--save-markdown", flags.saveMarkdown, renderCheckMarkdown],
  ];
  const seen = new Map<string, string>();
  return wanted.flatMap(([flag, path, render]): readonly Output[] => {
    if (path === undefined) return [];
    const earlier = seen.get(resolve(path));
    if (earlier !== undefined)
      throw new InputError(`${path}: it can't be written for both ${earlier} and ${flag}`, { hint: "pass different paths" });
    seen.set(resolve(path), flag);
    return [{ file: new OutputFile(path, inputs, around.processId, flag), render }];
  });
}

function rendered(
  report: CheckReport,
  { json, markdown, github }: CheckFlags,
  { width, color, unicode }: Pick<Surroundings, "width" | "color" | "unicode">,
): string {
  if (json) return `${jsonText(report, 2)}\n`;
  if (markdown) return renderCheckMarkdown(report);
  return github ? checkAnnotations(report) : renderCheck(report, { width: width ?? 100, color, unicode });
}

async function reportOf(
  logs: readonly string[],
  flags: CheckFlags,
  headerGiven: boolean,
  around: Surroundings,
): Promise<CheckReport> {
  if (flags.budgets === undefined && flags.baseline === undefined)
    throw new InputError("there is nothing to hold the design against", {
      hint: "pass --budgets budgets.yaml, or --baseline with the JSON of an earlier check",
    });
  const files = new NamedFiles();
  const design = parseDesign(files.read("design", flags.design), flags.design);
  const budgets = flags.budgets === undefined ? undefined : parseBudgets(files.read("budgets", flags.budgets), flags.budgets);
  const before =
    flags.baseline === undefined
      ? undefined
      : readBaseline(files.read("baseline", flags.baseline), flags.baseline, budgets?.weighting);
  const evidence = readEvidence(flags.evidence.map((name) => ({ name, text: files.read("evidence", name) })));
  if (flags.schema !== undefined) files.read("schema", flags.schema);
  const { workload, inputs, lines, evaluations, warnings } = await judgeLog(logs, [design], flags, headerGiven, around);
  for (const warning of warnings) around.stderr(`warning: ${plainText(warning)}\n`);
  const evaluation = evaluations[0]!;
  if (evaluation.templates.length === 0)
    throw new InputError(`${logs.join(", ")}: no statement in it reaches a table`, {
      hint: "pass the log of an application at work",
      exitCode: 3,
    });
  const fresh = newTemplates(evaluation, before?.baseline);
  const held = budgets ?? heldToBaseline(before!.baseline, before!.weighting, fresh.map(({ use }) => use.template.text));
  const outcomes = judgeBudgets(held, evaluation, evidence, before?.baseline);
  return buildCheck({
    workload,
    evaluation,
    weighting: held.weighting,
    outcomes,
    budgetsFile: held.file,
    evidence,
    baseline: before?.baseline,
    inputs: [
      ...files.inputs,
      ...workload.inputs.map(({ name, digest, records }) => ({ role: "log" as const, name, digest, records })),
    ],
    toolVersion: toolVersion(),
    locate: recordLocator(inputs, lines, workload, originsOfCheck(outcomes, fresh), false),
  });
}

function heldToBaseline(baseline: Baseline, weighting: Budgets["weighting"], fresh: readonly string[]): Budgets {
  const budgets = budgetsOfBaseline(baseline, weighting, fresh);
  if (budgets.budgets.length > 0) return budgets;
  throw new InputError(`${baseline.file}: it has no design and no template to hold a new one against`, {
    hint: "pass budgets, or the JSON of a check over a log with statements",
  });
}

/** Files that are read whole, with their digests. */
class NamedFiles {
  readonly inputs: CheckReport["inputs"] = [];

  read(role: CheckReport["inputs"][number]["role"], name: string): string {
    const text = readTextFile(name, role);
    const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
    this.inputs.push({ role, name, digest, records: null });
    return text;
  }
}
