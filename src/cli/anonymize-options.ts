/** The flags that say whether a summary is anonymised, and how. */
export interface AnonymizeFlags {
  readonly anonymize?: true;
  readonly anonymizeKey?: string;
}

export const anonymizeOption = [
  "--anonymize",
  "put stand-ins for all names and values: type, equality, order and frequency stay (see the manual)",
] as const;
export const anonymizeKeyOption = [
  "--anonymize-key <file>",
  "anonymise with the secret in this file (at least 16 bytes), so that summaries made with it can be merged; else the secret is made of the logs' own bytes",
] as const;
