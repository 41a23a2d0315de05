import { html, type Html } from "./html.ts";

/**
 * Attributes that say which value of the JSON report a mark or a cell shows: its place as a JSON pointer (RFC 6901, of names
 * without "/" and "~") and the value itself, unrounded.
 */
export function datum(pointer: string, value: number | string | null): Html {
  return html` data-path="${pointer}" data-value="${value === null ? "null" : String(value)}"`;
}
