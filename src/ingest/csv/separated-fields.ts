import { InputError } from "../../base/input-error.ts";

/** The separator that a header line is written with: a tab, a comma or a semicolon; undefined when it has none. */
export function separatorOf(header: string): string | undefined {
  return ["\t", ",", ";"].find((separator) => header.includes(separator));
}

/**
 * The fields of one line of CSV (RFC 4180): a field in quotes may hold the separator, and doubled quotes. A quote that is
 * not closed on the line is an error: fields do not span lines.
 */
export function fieldsOf(line: string, separator: string, where: string): readonly string[] {
  if (!line.includes('"')) return line.split(separator);
  const fields: string[] = [];
  for (let at = 0; ; ) {
    if (line[at] !== '"') {
      const end = line.indexOf(separator, at);
      fields.push(end === -1 ? line.slice(at) : line.slice(at, end));
      if (end === -1) return fields;
      at = end + 1;
      continue;
    }
    const close = closingQuote(line, at + 1);
    if (close === -1) throw new InputError(`${where}: a quote is not closed`, { hint: "a field may not span lines" });
    fields.push(line.slice(at + 1, close).replaceAll('""', '"'));
    if (close + 1 >= line.length) return fields;
    if (line[close + 1] !== separator)
      throw new InputError(`${where}: text follows a closing quote`, { hint: "double the quotes within a field" });
    at = close + 2;
  }
}

function closingQuote(line: string, from: number): number {
  for (let at = line.indexOf('"', from); at !== -1; at = line.indexOf('"', at + 2)) if (line[at + 1] !== '"') return at;
  return -1;
}
