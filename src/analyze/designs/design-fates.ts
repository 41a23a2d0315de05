import type { Known } from "../known.ts";
import type { TransactionFates } from "../transaction-participants.ts";
import type { JudgedDesign } from "./judge-design.ts";
import type { DesignAnalysis } from "./recommend-designs.ts";

/** A design with the fates of all committed transactions, under the strategies that it has. */
export interface DesignWithFates extends JudgedDesign {
  readonly transactions: Known<TransactionFates>;
}

export interface DesignAnalysisWithFates extends Omit<DesignAnalysis, "designs" | "baselines"> {
  readonly designs: readonly DesignWithFates[];
  readonly baselines: readonly { readonly name: DesignAnalysis["baselines"][number]["name"]; readonly design: DesignWithFates }[];
}

/** The same with fates: the search itself looks at a sample, under one strategy. A design that is there twice is asked once. */
export function withFates(
  { designs, baselines, ...rest }: DesignAnalysis,
  fatesOf: (design: JudgedDesign) => Known<TransactionFates>,
): DesignAnalysisWithFates {
  const known = new Map<JudgedDesign, DesignWithFates>();
  const judged = (design: JudgedDesign): DesignWithFates => {
    let same = known.get(design);
    if (same === undefined) known.set(design, (same = { ...design, transactions: fatesOf(design) }));
    return same;
  };
  return {
    ...rest,
    designs: designs.map(judged),
    baselines: baselines.map(({ name, design }) => ({ name, design: judged(design) })),
  };
}
