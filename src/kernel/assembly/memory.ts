/**
 * Blocks of one memory that several threads share. A block has a power of two of bytes; one that is given back waits for
 * the next of its size, or of a smaller one, in the thread that gave it back. The first bytes of the memory say where the unused rest begins.
 */

const endAt: u32 = 16;
const firstBlock: u32 = 4096;

/** Blocks below 2^15 bytes are not cut out of larger ones. */
const leastSplit: u32 = 15;

/** Given-back blocks of this thread by size class: the first of each, and every one holds the address of the next. */
let ownFreeLists: u32 = 0;

/** Bytes that this thread has taken and not given back. */
export let takenBytes: f64 = 0;

function classOf(bytes: u32): u32 {
  const wanted = bytes < 64 ? <u32>64 : bytes;
  return 32 - clz<u32>(<u32>wanted - 1);
}

/** The size that a block for so many bytes has. */
@inline
export function blockBytes(bytes: u32): u32 {
  return (<u32>1) << classOf(bytes);
}

function fresh(bytes: u32): u32 {
  const block = atomic.add<u32>(endAt, <u32>bytes) + firstBlock;
  // Searches look at sixteen bytes at a time, and so a little behind the end.
  const end: u64 = <u64>block + <u64>bytes + 64;
  while ((<u64>memory.size()) << 16 < end) {
    const missing = <i32>((end - ((<u64>memory.size()) << 16) + 65535) >> 16);
    // Somewhat more than is missing: growing is a call into the system.
    if (memory.grow(missing + 256) < 0 && memory.grow(missing) < 0) unreachable();
  }
  return block;
}

/** A block of at least so many bytes. What is in it is undefined. */
export function allocate(bytes: u32): u32 {
  if (ownFreeLists === 0) {
    ownFreeLists = fresh(4 * 32);
    memory.fill(ownFreeLists, 0, 4 * 32);
  }
  const size = classOf(bytes);
  takenBytes += <f64>((<u32>1) << size);
  const list = ownFreeLists + 4 * size;
  const block = load<u32>(list);
  if (block === 0) return size < leastSplit ? fresh((<u32>1) << size) : outOfLarger(size);
  store<u32>(list, load<u32>(block));
  return block;
}

/** What grows leaves its former blocks behind. A part of one serves as well as a fresh block, which is more memory. */
function outOfLarger(size: u32): u32 {
  let larger = size + 1;
  while (larger < 32 && load<u32>(ownFreeLists + 4 * larger) === 0) larger++;
  if (larger === 32) return fresh((<u32>1) << size);
  const list = ownFreeLists + 4 * larger;
  const block = load<u32>(list);
  store<u32>(list, load<u32>(block));
  while (larger > size) {
    larger--;
    const half = block + ((<u32>1) << larger);
    store<u32>(half, load<u32>(ownFreeLists + 4 * larger));
    store<u32>(ownFreeLists + 4 * larger, half);
  }
  return block;
}

/** The same, filled with zeros. */
export function allocateZeros(bytes: u32): u32 {
  const block = allocate(bytes);
  memory.fill(block, 0, bytes);
  return block;
}

/** Gives back the block that `allocate(bytes)` gave. */
export function release(block: u32, bytes: u32): void {
  if (block === 0) return;
  const size = classOf(bytes);
  takenBytes -= <f64>((<u32>1) << size);
  const list = ownFreeLists + 4 * size;
  store<u32>(block, load<u32>(list));
  store<u32>(list, <u32>block);
}
