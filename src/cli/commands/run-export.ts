import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/input-error.ts";
import { exportDesign } from "../../export/export-design.ts";
import type { Exported, ExportedFile } from "../../export/exported.ts";
import { gapText } from "../../export/sql-script.ts";
import { parseDesign } from "../../placement/design-file.ts";
import type { ExportReport } from "../../report/export-schema.ts";
import { jsonText } from "../../report/json-text.ts";
import { plainText } from "../../report/plain-text.ts";
import { readTextFile } from "../files.ts";
import { OutputFile } from "../output-file.ts";
import { targetOfFlag } from "../placing/target-of-flag.ts";
import { readSchemaOption } from "../schema-option.ts";
import type { Surroundings } from "../surroundings.ts";
import { toolVersion } from "../tool-version.ts";

export interface ExportFlags {
  readonly design: string;
  readonly target?: string;
  readonly schema?: string;
  readonly output?: string;
  readonly json?: true;
}

/** Writes a design in the words of its target; nothing is written when any of it can't be. */
export function runExport(flags: ExportFlags, around: Surroundings): void {
  const design = parseDesign(readTextFile(flags.design, "design"), flags.design);
  const target = flags.target === undefined ? design.target : targetOfFlag("--target", flags.target).name;
  const { schema, dialect, warnings } = readSchemaOption(flags.schema, undefined);
  const exported = exportDesign(design, schema, dialect, target);
  for (const warning of [...warnings, ...exported.gaps.map(gapText)]) around.stderr(`warning: ${plainText(warning)}\n`);
  const files = flags.json
    ? [{ name: "export.json", text: `${jsonText(reportOf(exported, target, flags), 2)}\n` }]
    : exported.files;
  if (flags.output === undefined) around.stdout(printed(files));
  else for (const { output, text } of outputs(files, flags.output, flags, around)) output.write(text);
}

/** One file as it is; several under a line with their names, as head and tail print them. */
function printed(files: readonly ExportedFile[]): string {
  if (files.length === 1) return files[0]!.text;
  return files.map(({ name, text }) => `==> ${name} <==\n${text}`).join("\n");
}

function outputs(files: readonly ExportedFile[], path: string, { design, schema }: ExportFlags, around: Surroundings) {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!isFolder && files.length > 1) {
    throw new InputError(`${path}: ${files.map(({ name }) => name).join(" and ")} don't go into one file`, {
      hint: "pass a folder that is there to -o",
    });
  }
  const inputs = schema === undefined ? [design] : [design, schema];
  return files.map(({ name, text }) => ({
    output: new OutputFile(isFolder ? join(path, name) : path, inputs, around.processId),
    text,
  }));
}

function reportOf({ files, gaps }: Exported, target: string, { design, schema }: ExportFlags): ExportReport {
  const roles = [
    { name: design, role: "design" as const },
    ...(schema === undefined ? [] : [{ name: schema, role: "schema" as const }]),
  ];
  return {
    kind: "export",
    version: 1,
    tool: { name: "shardplan", version: toolVersion() },
    inputs: roles.map(({ name, role }) => ({ name, role, digest: digestOf(readTextFile(name, role)) })),
    target,
    files: files.map(({ name, text }) => ({ name, text })),
    gaps: gaps.map(({ table, what }) => ({ table: table ?? null, what })),
  };
}

const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;
