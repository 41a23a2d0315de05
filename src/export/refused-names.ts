import type { TargetName } from "../placement/targets.ts";
import type { Gap } from "./exported.ts";

interface NameRule {
  readonly takes: RegExp;
  readonly words: string;
}

/** Systems whose names of tables can't be quoted: what they take, from their manuals. */
const rules: Partial<Record<TargetName, NameRule>> = {
  dynamodb: { takes: /^[A-Za-z0-9_.-]{3,255}$/, words: "a table's name has 3 to 255 letters, digits, _ . or -" },
  kafka: { takes: /^[A-Za-z0-9_.-]{1,249}$/, words: "a topic's name has letters, digits, _ . and -, 249 at most" },
  bigtable: { takes: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,49}$/, words: "a table's name has letters, digits, _ . and -, 50 at most" },
  cosmosdb: { takes: /^[^/\\#?]{1,255}$/, words: "a container's name has no / \\ # or ?" },
  elasticsearch: {
    takes: /^(?![-_+])[^A-Z\\/*?"<>| ,#:]{1,255}$/,
    words: 'an index has a name in lower case, without spaces and \\ / * ? " < > | , # :',
  },
};

/** Names of tables that the target refuses: they are exported as they are, and must be changed by hand. */
export function refusedNames(target: TargetName, names: readonly string[]): readonly Gap[] {
  const rule = rules[target];
  if (rule === undefined) return [];
  return names.filter((name) => !rule.takes.test(name)).map((table) => ({ table, what: `rename it: ${rule.words}` }));
}
