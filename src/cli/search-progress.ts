import type { SearchListener } from "../analyze/designs/search-listener.ts";
import { durationText, plural } from "../report/number-text.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Says on stderr that designs are searched for, and then how long that took and whether the result is proven. Only where
 * stderr is a terminal: a time is another one in each run, and reports are the same to the byte.
 */
export function searchProgress({ progress, stderr, now }: Surroundings): SearchListener | undefined {
  if (!progress) return undefined;
  let startedAt = 0;
  return {
    begins: () => {
      startedAt = now();
      stderr("\r\u001b[Ksearching for designs");
    },
    ends: ({ evaluations, nodes, proven }) => {
      const looked = `${plural(evaluations, "design")} and ${plural(nodes, "node")} of branch and bound looked at`;
      const outcome = proven ? "proven best" : "not proven best";
      stderr(`\r\u001b[Ksearched for designs: ${durationText((now() - startedAt) / 1000)}, ${looked}, ${outcome}\n`);
    },
  };
}
