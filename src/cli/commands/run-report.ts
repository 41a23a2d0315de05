import type { z } from "zod";
import { InputError } from "../../base/input-error.ts";
import { renderHtml } from "../../report/html/render-html.ts";
import { renderReshardHtml } from "../../report/html/render-reshard-html.ts";
import { renderPlanHtml } from "../../report/html/render-plan-html.ts";
import { renderSimulationHtml } from "../../report/html/render-simulation-html.ts";
import { reportSchema } from "../../report/schema.ts";
import { reshardSchema } from "../../report/schema-reshard.ts";
import { planSchema } from "../../report/schema-plan.ts";
import { simulationSchema } from "../../report/simulation-schema.ts";
import { readTextFile } from "../files.ts";
import { OutputFile } from "../output-file.ts";
import type { Surroundings } from "../surroundings.ts";

export interface ReportFlags {
  readonly html: string;
}

/** A document as it is read, and how it is shown. */
function page<T extends z.ZodType>(schema: T, render: (document: z.infer<T>) => string) {
  return (value: unknown, name: string): string => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return render(parsed.data);
    const [issue] = parsed.error.issues;
    const place = issue === undefined || issue.path.length === 0 ? "the document" : issue.path.join(".");
    throw new InputError(`${name}: ${place}: ${issue?.message ?? "is not as its schema says"}`, {
      hint: "make the document again with this version and --json",
    });
  };
}

const pages = new Map([
  ["analysis", page(reportSchema, renderHtml)],
  ["reshard", page(reshardSchema, renderReshardHtml)],
  ["simulation", page(simulationSchema, renderSimulationHtml)],
  ["plan", page(planSchema, renderPlanHtml)],
]);

/** Reads a JSON document, and writes it as a page. */
export async function runReport(name: string, { html }: ReportFlags, around: Surroundings): Promise<void> {
  const output = new OutputFile(html, name === "-" ? [] : [name], around.processId, "--html");
  const value = parsed(name === "-" ? await textOf(around.stdin) : readTextFile(name, "document"), name);
  const kind = typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
  const render = typeof kind === "string" ? pages.get(kind) : undefined;
  if (render === undefined)
    throw new InputError(`${name}: not a document of analyze, reshard or simulate`, {
      hint: "pass what one of them writes with --json",
    });
  output.write(render(value, name));
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${name}: not JSON: ${(error as Error).message}`, {
      hint: "pass what analyze, reshard or simulate writes with --json",
    });
  }
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(pieces).toString();
}
