/** Where keys, hashes and shards lie; JavaScript writes and reads there. See `placing-kernel.ts`. */
export const KEYS: usize = 0x10000;
export const HASHES: usize = 0x18000;
export const OWNERS: usize = 0x20000;
export const ENDS: usize = 0x24000;
export const TABLE: usize = 0x30000;
export const TEXTS: usize = 0xc30000;
/** For messages that are put together here; ends where the memory does. */
export const SCRATCH: usize = 0xdf0000;
