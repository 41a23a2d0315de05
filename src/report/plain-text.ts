/**
 * Text from a log, fit for any terminal or page: escape sequences and control characters are gone (they could
 * recolour, retitle or overwrite the terminal), so are the marks that turn the writing direction around; white space
 * is one space.
 */
export function plainText(text: string): string {
  return text
    .replace(escapeSequences, "")
    .replace(/\s+/g, " ")
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "")
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
    .trim();
}

/** ECMA-48: control strings up to their terminator, control sequences, two-character escapes. */
const escapeSequences =
  /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]/g;
