import { byName } from "../base/order.ts";
import type { Template } from "../sql/template.ts";
import type { TemplateUse } from "./workload.ts";

/**
 * Tells how statements write a column whose name is compared in lower case: the spelling of the most executions, the first
 * in order among equals. Of a path such as `address.city` each step is looked up for itself, as documents nest them. What
 * MySQL's statements write without quotes has lost its case in the template, so it has no say.
 */
export function spelledColumns(uses: readonly Pick<TemplateUse, "template" | "executions">[]): (column: string) => string {
  const spellings = new Map<string, Map<string, number>>();
  for (const { template, executions } of uses) {
    for (const name of namesIn(template)) {
      const lower = name.toLowerCase();
      const counts = spellings.get(lower) ?? new Map<string, number>();
      counts.set(name, (counts.get(name) ?? 0) + executions);
      spellings.set(lower, counts);
    }
  }
  const usual = (step: string): string =>
    [...(spellings.get(step) ?? [])].sort(([a, many], [b, few]) => few - many || byName(a, b))[0]?.[0] ?? step;
  return (column) => column.split(".").map(usual).join(".");
}

function namesIn({ parts, dialect }: Template): ReadonlySet<string> {
  const pattern = dialect === "postgres" ? /"((?:[^"]|"")+)"|(\w+)/g : /"\$?((?:[^"\\]|\\.)+)"|`([^`]+)`/g;
  const names = [...parts.join("?").matchAll(pattern)].map(([, first, second]) => (first ?? second)!);
  return new Set(dialect === "mongodb" ? names.flatMap((name) => name.split(".")) : names);
}
