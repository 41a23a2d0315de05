import { HASHES, KEYS } from "./memory";

/** PostgreSQL's row hash of one integer column: lookup3 of the folded word, seeded, combined with nothing before. */
export function postgresIntegers(count: i32, seedLow: u32, seedHigh: u32): void {
  for (let entry = 0; entry < count; entry++) {
    const key = <i64>load<f64>(KEYS + (<usize>entry << 3));
    const high = <i32>(key >> 32);
    let a: u32 = 0x9e3779b9 + 4 + 3923095;
    let b = a;
    let c = a;
    a += seedHigh;
    b += seedLow;
    a = (a - c) ^ rotl(c, 4);
    c += b;
    b = (b - a) ^ rotl(a, 6);
    a += c;
    c = (c - b) ^ rotl(b, 8);
    b += a;
    a = (a - c) ^ rotl(c, 16);
    c += b;
    b = (b - a) ^ rotl(a, 19);
    a += c;
    c = (c - b) ^ rotl(b, 4);
    b += a;
    a += <u32>key ^ <u32>(high >= 0 ? high : ~high);
    c = (c ^ b) - rotl(b, 14);
    a = (a ^ c) - rotl(c, 11);
    b = (b ^ a) - rotl(a, 25);
    c = (c ^ b) - rotl(b, 16);
    a = (a ^ c) - rotl(c, 4);
    b = (b ^ a) - rotl(a, 14);
    c = (c ^ b) - rotl(b, 24);
    store<u64>(HASHES + (<usize>entry << 3), ((<u64>b << 32) | <u64>c) + 0x49a0f4dd15e5a8e3);
  }
}
