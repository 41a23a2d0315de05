/** Value codes and hashes: the same numbers as `workload/value-code.ts`, `stats/mix.ts` and the value counter make. */

export const nullCode: f64 = 1.5;

/** `stats/mix.ts`. */
@inline
export function mix32(value: u32): u32 {
  let h = value;
  h = (h ^ (h >>> 16)) * 0x85ebca6b;
  h = (h ^ (h >>> 13)) * 0xc2b2ae35;
  return h ^ (h >>> 16);
}

/** `mixInteger` of `stats/mix.ts`. */
@inline
export function mixInteger(value: f64, seed: u32): u32 {
  const seeded = seed * 0x9e3779b1;
  if (value >= -2147483648.0 && value <= 2147483647.0) return mix32(<u32>(<i32>value) ^ seeded);
  const whole = <u64>(<i64>value);
  return mix32(mix32(<u32>whole ^ seeded) ^ (<u32>(<i64>Math.floor(value / 4294967296.0)) * 0x27d4eb2f));
}

/** Texts have a code between -1 and 1, but not 0. */
@inline
export function isTextCode(code: f64): bool {
  return code < 1.0 && code > -1.0 && code !== 0.0;
}

/** `textCodeOf` of `workload/value-code.ts`. */
export function textCodeOf(start: u32, end: u32): f64 {
  let low: u32 = 0x811c9dc5;
  let high: u32 = 0x9e3779b9;
  for (let at = start; at < end; at++) {
    const byte = <u32>load<u8>(at);
    low = (low ^ byte) * 0x01000193;
    high = (high ^ byte) * 0x85ebca6b;
  }
  const first = mix32(low ^ <u32>(end - start));
  const second = mix32(high ^ (first * 0x27d4eb2f));
  const top = (second & 0x800fffff) | ((0x2fe + ((second >>> 20) & 0xff)) << 20);
  return reinterpret<f64>((<u64>top << 32) | <u64>first);
}

/** `hashOf` of `workload/value-counter.ts`: of the codes of a tuple. */
@inline
export function hashOfTuple(codes: u32, arity: u32): u32 {
  let hash: u32 = 0;
  for (let column: u32 = 0; column < arity; column++) {
    const code = load<f64>(codes + (column << 3));
    const whole = <i32>code;
    if (<f64>whole === code) {
      hash = mix32(hash ^ <u32>whole);
    } else {
      const bits = reinterpret<u64>(code);
      hash = mix32(mix32(hash ^ <u32>bits) ^ <u32>(bits >>> 32));
    }
  }
  return hash;
}

/** The integer that the bytes spell as this program would write it, at most 2^53 - 1 in size; NaN when they don't. */
export function canonicalInteger(start: u32, end: u32): f64 {
  const negative = load<u8>(start) === 0x2d;
  const first = negative ? start + 1 : start;
  const length = <i32>end - <i32>first;
  if (length < 1 || length > 16) return NaN;
  if (load<u8>(first) === 0x30 && (length > 1 || negative)) return NaN;
  let value: u64 = 0;
  for (let at = first; at < end; at++) {
    const digit = <u32>load<u8>(at) - 48;
    if (digit > 9) return NaN;
    value = value * 10 + digit;
  }
  if (value > 9007199254740991) return NaN;
  return negative ? -(<f64>value) : <f64>value;
}
