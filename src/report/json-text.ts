/**
 * JSON that no terminal acts on: JSON.stringify escapes control characters up to U+001F, but not those above U+007E,
 * which start escape sequences as well, nor the marks that turn the writing direction around. The value that is read
 * back is the same.
 */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
