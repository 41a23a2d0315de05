import { Page } from "../../report/page.ts";
import { durationText, plural, wholeText } from "../../report/number-text.ts";
import type { AnalyzeFlags } from "../commands/run-analyze.ts";
import { recordFilterOf } from "../filter-options.ts";
import { readerOptionsOf } from "../reading-options.ts";
import { look, type Look } from "../scan.ts";
import { readSchemaOption } from "../schema-option.ts";
import type { Surroundings } from "../surroundings.ts";

/** What the beginning of each file was understood as, for somebody to agree with. */
export async function lookText(
  { logs, flags, headerGiven }: { logs: readonly string[]; flags: AnalyzeFlags; headerGiven: boolean },
  around: Surroundings,
): Promise<string> {
  const { schema, dialect, warnings } = readSchemaOption(flags.schema, flags.dialect);
  const looks = await look(
    logs,
    {
      reader: readerOptionsOf(flags, headerGiven),
      filter: recordFilterOf(flags),
      dialect: flags.dialect,
      schemaDialect: dialect,
      schema,
      workers: 1,
      named: [],
    },
    around,
  );
  const page = new Page({ width: around.width ?? 80, color: around.color, unicode: around.unicode });
  page.heading("What is understood");
  for (const one of looks.slice(0, 4)) describe(page, one);
  if (looks.length > 4) page.paragraph(`and ${plural(looks.length - 4, "more file")}`);
  page.paragraph(
    flags.schema === undefined
      ? "no schema: types and keys are inferred from the statements"
      : `schema: ${flags.schema}, ${plural(schema.tables.size, "table")}`,
  );
  for (const warning of warnings) page.paragraph(warning, "  ! ", "yellow");
  return page.text();
}

function describe(page: Page, { name, format, dialect, because, roles, notes, columns, whole, part }: Look): void {
  page.paragraph(name);
  page.paragraph(`format   ${format}: ${because}`, "    ");
  const used = Object.entries(roles).map(([role, column]) => (role === column ? role : `${role} = ${column}`));
  if (used.length > 0) page.paragraph(`columns  ${used.join(", ")}`, "    ");
  if (columns.length > 0) page.paragraph(`keys     ${columns.join(", ")}`, "    ");
  page.paragraph(`dialect  ${dialect}`, "    ");
  page.paragraph(
    `${whole ? "it holds" : "its beginning holds"} ${plural(part.executions, "statement")}` +
      (part.span === undefined ? ", without times" : ` in ${durationText((part.span.toMicros - part.span.fromMicros) / 1e6)}`) +
      `, ${plural(part.templates.length, "template")}`,
    "    ",
  );
  for (const { reason, count } of part.skipped.slice(0, 3)) page.paragraph(`${wholeText(count)} skipped: ${reason}`, "    ! ", "yellow");
  for (const note of notes) page.paragraph(note, "    ! ", "yellow");
}
