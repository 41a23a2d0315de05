import { hashRing } from "../hash-ring.ts";
import { mix32 } from "../../stats/mix.ts";
import { hashedMap } from "../hashed-map.ts";
import { withTable } from "../place-all.ts";
import type { Strategy } from "../strategy.ts";

/**
 * Multi-probe consistent hashing: every shard has one token on the ring, and a key looks at `probes` places instead of
 * one; the place that comes closest before a token decides. k probes bring the busiest shard to about k/(k-1) of the
 * mean, 1.05 with the default of 21, with the memory of one token per shard; the look-up pays for it. Places are 32-bit
 * numbers: the high word of the key's hash, then that word mixed with the low one anew for each probe. Equal steps (double
 * hashing) would be quicker, but clump: they bring 100 shards to 1.10 where independent probes bring 1.065.
 */
export const multiProbe: Strategy = {
  name: "multi-probe",
  summary: "ring of one token per shard; the closest of several probes decides",
  source: "Appleton, O'Reilly: Multi-Probe Consistent Hashing, 2015 (arXiv:1505.00062)",
  options: ["probes"],
  shardMap: (request) => {
    const probes = request.options.probes ?? defaultProbes;
    const { highs, owners, firstToken, shift } = hashRing(request.shards, 1);
    const count = highs.length;
    const place = (low: number, high: number): number => {
      let place = high >>> 0;
      let closest = 4_294_967_296;
      let owner = 0;
      for (let probe = 0; probe < probes; probe++) {
        let token = firstToken[place >>> shift]!;
        while (token < count && highs[token]! < place) token++;
        if (token === count) token = 0;
        const distance = (highs[token]! - place) >>> 0;
        if (distance < closest) {
          closest = distance;
          owner = owners[token]!;
        }
        place = (high ^ mix32(low + Math.imul(probe + 1, 0x9e3779b1))) >>> 0;
      }
      return owner;
    };
    const many = withTable([highs, owners, firstToken], ({ run }, all) => run.placeProbes(all, probes, count, shift));
    return hashedMap(request, `multi-probe/${probes}`, place, undefined, many);
  },
};

/** The paper's example: 21 probes for a peak of 1.05 times the mean. */
const defaultProbes = 21;
