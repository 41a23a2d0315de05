import { createHash } from "node:crypto";
import { InputError } from "../../base/input-error.ts";
import type { Design } from "../../placement/design.ts";
import { parseDesign } from "../../placement/design-file.ts";
import { buildCheck } from "../../report/build-check.ts";
import { buildCompare } from "../../report/build-compare.ts";
import { type ComparedSide, type Named, sideOfAnalysis, sideOfCheck, sideOfDesign } from "../../report/compared-side.ts";
import { jsonText } from "../../report/json-text.ts";
import { plainText } from "../../report/plain-text.ts";
import { renderCompare } from "../../report/render-compare.ts";
import { reportSchema } from "../../report/schema.ts";
import { checkSchema } from "../../report/schema-check.ts";
import { readDocument, shaped } from "../checking/json-document.ts";
import { judgeLog, type JudgingFlags } from "../checking/judged-log.ts";
import { readTextFile } from "../files.ts";
import { expandArguments } from "../inputs.ts";
import { OutputFile } from "../output-file.ts";
import type { Surroundings } from "../surroundings.ts";
import { toolVersion } from "../tool-version.ts";

/** The flags of `compare`, as they are after parsing. */
export interface CompareFlags extends JudgingFlags {
  readonly json?: true;
  readonly output?: string;
}

/** Reads two documents, judges them over logs where there are some, and prints what differs. */
export async function runCompare(
  names: readonly [string, string],
  logs: readonly string[],
  flags: CompareFlags,
  headerGiven: boolean,
  around: Surroundings,
): Promise<void> {
  const inputs = [...names, ...expandArguments(logs).names, ...(flags.schema === undefined ? [] : [flags.schema])];
  const output =
    flags.output === undefined ? undefined : new OutputFile(flags.output, inputs.filter((name) => name !== "-"), around.processId);
  const documents = names.map(readSide);
  const sides = logs.length === 0 ? documents.map(({ side }) => side) : await judged(documents, logs, flags, headerGiven, around);
  const report = buildCompare(sides[0]!, sides[1]!, toolVersion());
  const { width, color, unicode } = output === undefined ? around : { width: undefined, color: false, unicode: true };
  const text = flags.json ? `${jsonText(report, 2)}\n` : renderCompare(report, { width: width ?? 100, color, unicode });
  if (output === undefined) around.stdout(text);
  else output.write(text);
}

interface ReadSide {
  readonly named: Named;
  readonly side: ComparedSide;
  /** Of a design file. */
  readonly design: Design | undefined;
}

const hint = "pass JSON of check or analyze, or a design file";

function readSide(name: string): ReadSide {
  const text = readTextFile(name, "document");
  const named = { name, digest: `sha256:${createHash("sha256").update(text).digest("hex")}` };
  if (!/^\s*\{[^]*"kind"\s*:\s*"\w+"/.test(text.slice(0, 1000)) || /^\s*\{\s*"version"/.test(text)) {
    const design = parseDesign(text, name);
    return { named, side: sideOfDesign(design, named), design };
  }
  const document = readDocument(text, name, hint);
  if (document.kind === "check") return { named, side: sideOfCheck(shaped(checkSchema, document, name), named), design: undefined };
  if (document.kind === "analysis")
    return { named, side: sideOfAnalysis(shaped(reportSchema, document, name), named), design: undefined };
  throw new InputError(`${name}: a document of kind "${document.kind}" can't be compared`, { hint });
}

async function judged(
  documents: readonly ReadSide[],
  logs: readonly string[],
  flags: CompareFlags,
  headerGiven: boolean,
  around: Surroundings,
): Promise<readonly ComparedSide[]> {
  const designs = documents.map(({ design, named }) => {
    if (design !== undefined) return design;
    throw new InputError(`${named.name}: it is a report, which has its own log`, { hint: "leave the logs out, or pass two design files" });
  });
  const { workload, evaluations, warnings } = await judgeLog(logs, designs, flags, headerGiven, around);
  for (const warning of warnings) around.stderr(`warning: ${plainText(warning)}\n`);
  return evaluations.map((evaluation, index) => {
    const report = buildCheck({
      workload,
      evaluation,
      weighting: "executions",
      outcomes: [],
      budgetsFile: undefined,
      evidence: { measures: new Map(), kinds: new Set() },
      baseline: undefined,
      inputs: [],
      toolVersion: toolVersion(),
      locate: () => undefined,
    });
    return sideOfCheck(report, documents[index]!.named, "design");
  });
}
