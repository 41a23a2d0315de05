import { InputError } from "../base/input-error.ts";
import { columnFlag } from "./columns.ts";
import { columnsTitle } from "./csv/settle.ts";
import { csvShape } from "./csv/shape.ts";
import { formatNames, type Detection, type Head, type ReaderOptions } from "./format.ts";
import { formats } from "./formats.ts";
import { firstJsonObjects } from "./json-objects.ts";
import { noSqlField } from "./jsonl/jsonl.ts";
import { foreignFormat } from "./foreign.ts";

/** How many first bytes of an input are enough to tell its format. */
export const headBytes = 1 << 20;

/**
 * Tells from the first bytes of an input how to read it. The name of a file says nothing: only the content counts.
 * `options.format` forces a format; the rest of the options say what cannot be told.
 */
export function detectFormat(head: Head, options: ReaderOptions = {}): Detection {
  if (head.bytes.length === 0)
    throw new InputError(`${head.name}: the input is empty`, {
      hint: "pass a query log with at least one record",
      exitCode: 3,
    });
  const binary = foreignFormat.binary(head.bytes);
  if (binary !== undefined) throw new InputError(`${head.name}: ${binary.what}`, { hint: binary.instead });
  if (options.format !== undefined) {
    const detection = formats[options.format].detect(head, options);
    if (detection !== undefined)
      return { ...detection, because: `${detection.because} (as told by --format ${options.format})` };
    throw new InputError(`${head.name}: the input can't be read as ${formats[options.format].title}`, {
      hint: "leave --format out to have the format detected from the content",
    });
  }
  const foreign = foreignFormat.text(head.bytes);
  if (foreign !== undefined) throw new InputError(`${head.name}: ${foreign.what}`, { hint: foreign.instead });
  for (const name of formatNames) {
    const detection = formats[name].detect(head, options);
    if (detection !== undefined) return detection;
  }
  throw notReadable(head, options);
}

function notReadable(head: Head, options: ReaderOptions): InputError {
  if (options.logLinePrefix !== undefined) {
    const line = new TextDecoder().decode(head.bytes.subarray(0, 200)).split("\n", 1)[0]!.slice(0, 60);
    return new InputError(`${head.name}: no line of it begins with the log_line_prefix ${JSON.stringify(options.logLinePrefix)}`, {
      hint: `it begins with ${JSON.stringify(line)}; leave --log-line-prefix out to have it found`,
    });
  }
  if (firstJsonObjects(head.bytes, head.atEnd).objects.length > 0) return noSqlField(head);
  const shape = csvShape(head, options);
  if (shape !== undefined && (shape.fieldCount > 1 || shape.header !== undefined)) {
    return new InputError(`${head.name}: no column of SQL, and none that name an operation and a table`, {
      hint:
        `it has ${columnsTitle(shape)}; name the column of statements with ${columnFlag("sql")}, ` +
        `or those of an access log with ${columnFlag("operation")} and ${columnFlag("table")}`,
    });
  }
  const known = formatNames.map((name) => `${name} (${formats[name].title})`).join("; ");
  return new InputError(`${head.name}: the format is not recognised`, {
    hint: `it can be one of ${known}; say which with --format`,
  });
}
