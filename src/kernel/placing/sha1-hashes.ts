import { ENDS, HASHES, SCRATCH, TABLE, TEXTS } from "./memory";
import { sha1Block, startSha1, STATES } from "./sha1";

/** A block of one message before its words are dealt out. */
const BLOCK: usize = SCRATCH + 1024;

/**
 * The first eight bytes, as a number, of the SHA-1 of texts behind a head: `head` bytes of the table, then the text's
 * length in four. The table has room for them.
 */
export function sha1Texts(count: i32, head: usize): void {
  for (let entry = 0; entry < count; entry += 8) {
    const lanes = min(8, count - entry);
    let most: usize = 0;
    for (let lane = 0; lane < lanes; lane++) most = max(most, blocksOf(entry + lane, head));
    startSha1();
    for (let done: usize = 0; done < most; done++) {
      for (let lane = 0; lane < lanes; lane++) {
        writeBlock(entry + lane, head, done);
        for (let word: usize = 0; word < 16; word++)
          store<u32>(SCRATCH + (word << 5) + (<usize>lane << 2), bswap<u32>(load<u32>(BLOCK + (word << 2))));
      }
      sha1Block(0);
      if (lanes > 4) sha1Block(16);
      for (let lane = 0; lane < lanes; lane++) {
        // A message that is at its end has its hash, whatever the others' blocks make of its state.
        if (blocksOf(entry + lane, head) != done + 1) continue;
        const state = STATES + (<usize>lane << 2);
        store<u64>(HASHES + (<usize>(entry + lane) << 3), (<u64>load<u32>(state) << 32) | <u64>load<u32>(state, 32));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function lengthOf(entry: i32): u32 {
  const at = ENDS + (<usize>entry << 2);
  return load<u32>(at, 4) - load<u32>(at);
}

/** With the end mark and eight bytes of length. */
// @ts-ignore: decorator
@inline
function blocksOf(entry: i32, head: usize): usize {
  return (head + 4 + <usize>lengthOf(entry) + 9 + 63) >> 6;
}

/** A block of a message, past whose end it is left as it is. */
function writeBlock(entry: i32, head: usize, block: usize): void {
  const blocks = blocksOf(entry, head);
  if (block >= blocks) return;
  const length = lengthOf(entry);
  const texts = head + 4;
  const end = texts + <usize>length;
  store<u32>(TABLE + head, bswap<u32>(length));
  memory.fill(BLOCK, 0, 64);
  copyPart(TABLE, 0, texts, block << 6);
  copyPart(TEXTS + load<u32>(ENDS + (<usize>entry << 2)), texts, end, block << 6);
  if (end >> 6 == block) store<u8>(BLOCK + (end & 63), 0x80);
  if (block + 1 == blocks) store<u64>(BLOCK, bswap<u64>(<u64>end << 3), 56);
}

/** What of a part, which takes the message's bytes `start` to `end`, lies in the block that begins at `block`. */
// @ts-ignore: decorator
@inline
function copyPart(source: usize, start: usize, end: usize, block: usize): void {
  const from = max(start, block);
  const to = min(end, block + 64);
  if (from < to) memory.copy(BLOCK + (from - block), source + (from - start), to - from);
}
