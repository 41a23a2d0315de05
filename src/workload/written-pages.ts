/** Bytes of a memory page, on every system that Node runs on at least. */
const pageBytes = 4096;

/**
 * The same array, fresh and all zero, with every page of it written to once. Of fresh memory the system maps one shared
 * page of zeros until it is written. A hash table reads a place before it writes there, so each page would be mapped twice,
 * and the second time all threads of the process are interrupted to forget the first.
 */
export function writtenPages<T extends Float64Array | Int32Array>(fresh: T): T {
  for (let at = 0; at < fresh.length; at += pageBytes / fresh.BYTES_PER_ELEMENT) fresh[at] = 0;
  return fresh;
}
