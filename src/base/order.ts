/** Code-unit order. `localeCompare` follows the machine's language, so two machines could print two reports. */
export const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
