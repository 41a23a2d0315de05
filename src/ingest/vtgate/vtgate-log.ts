import { assert } from "../../base/assert.ts";
import { InputError } from "../../base/input-error.ts";
import type { Detection, Format, Head } from "../format.ts";
import { JsonEventDecoder } from "../json-event-decoder.ts";
import type { EventFields } from "../json-event-decoder.ts";
import { firstJsonObjects, hasByteOrderMark } from "../json-objects.ts";
import { JsonObjectReader } from "../json-object-reader.ts";
import { BindVariables } from "./bind-variables.ts";
import { VtgateTextDecoder } from "./text-decoder.ts";

/** How one VTGate log is to be read; plain data. */
export interface VtgateSettings {
  readonly form: "text" | "json";
}

/**
 * The query log of Vitess's VTGate (https://vitess.io/docs/reference/programs/vtgate/, --log_queries_to_file), in its
 * text form and, with --querylog-format=json, in its JSON form. Values of bind variables are put back into the
 * statements.
 */
export const vtgateLog: Format = {
  title: "query log of Vitess's VTGate, as text or JSON",

  detect(head, options) {
    const form = formOf(head);
    if (form === undefined) {
      if (options.format !== "vtgate") return undefined;
      throw new InputError(`${head.name}: its lines are not those of VTGate's query log`, {
        hint: "VTGate writes them with --log_queries_to_file, as text or with --querylog-format=json",
      });
    }
    const settings: VtgateSettings = { form };
    return {
      format: "vtgate",
      dialect: "mysql",
      dataStart: hasByteOrderMark(head.bytes) ? 3 : 0,
      keyColumns: [],
      settings,
      roles: { sql: "SQL", time: "Start", duration: "TotalTime", session: "SessionUUID", parameters: "BindVars" },
      because: form === "json" ? "its objects have VTGate's fields SQL, BindVars and StmtType" : "its lines have the fields of VTGate's query log, between tabs",
      notes: notesOn(head),
    };
  },

  createReader: (detection) => new JsonObjectReader(decoderOf(detection), "lines"),

  // Texts are quoted in both forms, so every line start is a record start.
  guessRecordStart(bytes, from) {
    const newline = bytes.indexOf(10, from - 1);
    return newline === -1 ? -1 : newline + 1;
  },
};

const jsonFields: EventFields = {
  sql: "SQL",
  time: "Start",
  timeWriting: "date",
  duration: "TotalTime",
  millisPerDuration: 1000,
  rows: ["RowsAffected"],
  session: "SessionUUID",
  database: "ActiveKeyspace",
  user: "Username",
  event: "Method",
  executions: new Set(["Execute", "StreamExecute", "ExecuteBatch", "StreamExecuteMulti", "ExecuteMulti"]),
  bindVariables: "BindVars",
};

function decoderOf(detection: Detection): VtgateTextDecoder | JsonEventDecoder {
  assert(detection.settings !== undefined, "a detected VTGate log has settings");
  if ((detection.settings as VtgateSettings).form === "text") return new VtgateTextDecoder();
  const variables = new BindVariables();
  return new JsonEventDecoder(jsonFields, (entry, bytes, start, end) => void variables.bind(entry, bytes, start, end));
}

function formOf(head: Head): VtgateSettings["form"] | undefined {
  const { objects, layout } = firstJsonObjects(head.bytes, head.atEnd);
  if (layout === "lines" && objects.some((object) => "SQL" in object && "BindVars" in object && "StmtType" in object))
    return "json";
  const lines = new TextDecoder().decode(head.bytes.subarray(0, 1 << 18)).replace(/^\uFEFF/, "").split("\n", 20);
  return lines.some((line) => textLine.test(line)) ? "text" : undefined;
}

/** Method, address, user, two callers in apostrophes, start and end, four durations, kind, statement, variables. */
const textLine =
  /^\w+\t[^\t]*\t[^\t]*\t'[^\t]*'\t'[^\t]*'\t\d{4}-[^\t]+\t\d{4}-[^\t]+\t[\d.]+\t[\d.]+\t[\d.]+\t[\d.]+\t\w*\t"[^\t]*"\t[{"m]/;

/** What of the values the log leaves out, by its first lines. */
function notesOn({ bytes }: Head): readonly string[] {
  const text = new TextDecoder().decode(bytes.subarray(0, 1 << 18));
  if (/\[REDACTED\]/.test(text) || /:redacted\d/.test(text)) {
    return ["its bind variables are redacted: routing can be judged, but skew is unknown, for that needs the values"];
  }
  if (/"value":\s*"\d+ (?:bytes|items)"/.test(text)) {
    return [
      "it has only the lengths of texts and lists, as VTGate logs them by default: their routing is judged, their skew " +
        "unknown; /debug/querylog?full=1 has the values",
    ];
  }
  return [];
}
