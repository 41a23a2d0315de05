import type { Placers } from "./placing.ts";

/** Keys that are kept listed, of all tables together: about 25 MB. */
const entryLimit = 2 ** 19;

/**
 * What is set up for a key while it is a candidate, for when a design has it: until there are very many keys. What is not
 * kept is made again.
 */
export class KeptPlacers {
  readonly #kept = new Map<string, Placers>();
  #entries = 0;

  get(name: string): Placers | undefined {
    return this.#kept.get(name);
  }

  keep(name: string, placers: Placers): void {
    if (this.#entries + placers.table.size > entryLimit) return;
    this.#entries += placers.table.size;
    this.#kept.set(name, placers);
  }
}
