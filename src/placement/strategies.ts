import type { StrategyName } from "./design.ts";
import { boundedLoad } from "./strategies/bounded-load.ts";
import { consistentHash } from "./strategies/consistent-hash.ts";
import { directory } from "./strategies/directory.ts";
import { fixedSlots } from "./strategies/fixed-slots.ts";
import { hash } from "./strategies/hash.ts";
import { jump } from "./strategies/jump.ts";
import { maglev } from "./strategies/maglev.ts";
import { multiProbe } from "./strategies/multi-probe.ts";
import { range } from "./strategies/range.ts";
import { rendezvous } from "./strategies/rendezvous.ts";
import type { Strategy } from "./strategy.ts";

/** Every strategy. Choices of flags, help texts and tables are read from this list. */
export const strategies = {
  hash,
  range,
  "consistent-hash": consistentHash,
  "bounded-load": boundedLoad,
  "multi-probe": multiProbe,
  jump,
  rendezvous,
  maglev,
  "fixed-slots": fixedSlots,
  directory,
} as const satisfies Record<StrategyName, Strategy>;
