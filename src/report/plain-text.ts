import { stripVTControlCharacters } from "node:util";

/**
 * Text from a log, fit for any terminal or page: escape sequences and control characters are gone (they could recolour,
 * retitle or overwrite the terminal), so are the marks that turn the writing direction around; white space is one space.
 */
export function plainText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\s+/g, " ")
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "")
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
    .trim();
}
