import { ENDS, KEYS, TEXTS } from "./memory";

/** Decimal digits of whole numbers as texts, for functions that hash an integer's text. */
export function writeDigits(count: i32): void {
  let end: u32 = 0;
  store<u32>(ENDS, 0);
  for (let entry = 0; entry < count; entry++) {
    const key = <i64>load<f64>(KEYS + (<usize>entry << 3));
    let rest = <u64>(key < 0 ? -key : key);
    if (key < 0) store<u8>(TEXTS + end++, 45);
    let digits: u32 = 1;
    for (let power: u64 = 10; power <= rest; power *= 10) digits++;
    end += digits;
    for (let at = TEXTS + end - 1; digits > 0; digits--, at--) {
      const tenth = rest / 10;
      store<u8>(at, <u8>(48 + rest - tenth * 10));
      rest = tenth;
    }
    store<u32>(ENDS + (<usize>(entry + 1) << 2), end);
  }
}
