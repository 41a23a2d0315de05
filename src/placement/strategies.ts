import type { StrategyName } from "./design.ts";
import { consistentHash } from "./strategies/consistent-hash.ts";
import { directory } from "./strategies/directory.ts";
import { fixedSlots } from "./strategies/fixed-slots.ts";
import { hash } from "./strategies/hash.ts";
import { jump } from "./strategies/jump.ts";
import { range } from "./strategies/range.ts";
import { rendezvous } from "./strategies/rendezvous.ts";
import type { Strategy } from "./strategy.ts";

/** Every strategy. Choices of flags, help texts and tables are read from this list. */
export const strategies = {
  hash,
  range,
  "consistent-hash": consistentHash,
  jump,
  rendezvous,
  "fixed-slots": fixedSlots,
  directory,
} as const satisfies Record<StrategyName, Strategy>;
