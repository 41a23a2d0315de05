import { ENDS, HASHES, TEXTS } from "./memory";

const table = memory.data(512, 8);
let ready = false;

/** CRC-16/XMODEM of texts; of what stands in braces Redis' callers take care. */
export function crc16Texts(count: i32): void {
  if (!ready) fillTable();
  for (let entry = 0; entry < count; entry++) {
    const at = ENDS + (<usize>entry << 2);
    const end = TEXTS + load<u32>(at, 4);
    let crc: u32 = 0;
    for (let byte = TEXTS + load<u32>(at); byte < end; byte++)
      crc = ((crc << 8) & 0xffff) ^ <u32>load<u16>(table + (<usize>((crc >> 8) ^ <u32>load<u8>(byte)) << 1));
    store<u64>(HASHES + (<usize>entry << 3), <u64>crc);
  }
}

function fillTable(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
    store<u16>(table + (<usize>byte << 1), <u16>crc);
  }
  ready = true;
}
