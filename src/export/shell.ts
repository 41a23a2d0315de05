/** A word of a POSIX shell, whatever it holds. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

export const shellComment = (text: string): string => `# ${text.replaceAll(/\s+/g, " ")}`;
