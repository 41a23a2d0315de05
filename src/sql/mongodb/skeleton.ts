/**
 * The bytes of a command without its values: JSON in which a mark stands at each slot. Two executions of one kind have
 * the same bytes.
 */
export interface Skeleton {
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly hash: number;
}

/** Marks are control bytes, which JSON text has none of; `list` and `rows` are added to the sort of value. */
export const slotMark = { number: 1, string: 2, unlogged: 3, list: 4, rows: 8 } as const;

export const isSlotMark = (byte: number): boolean => byte > 0 && byte < 16;

/** Writes a skeleton into a buffer that is used again and again. */
export class SkeletonWriter {
  length = 0;
  #bytes = new Uint8Array(1024);

  get skeleton(): Skeleton {
    let hash = 0x811c9dc5;
    for (let at = 0; at < this.length; at++) hash = Math.imul(hash ^ this.#bytes[at]!, 0x01000193);
    return { bytes: this.#bytes, length: this.length, hash };
  }

  clear(): void {
    this.length = 0;
  }

  byte(byte: number): void {
    if (this.length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.length++] = byte;
  }

  /** ASCII text. Always true, so that it can end a chain of conditions. */
  text(text: string): true {
    if (this.length + text.length > this.#bytes.length) this.#grow(text.length);
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      this.#bytes[this.length++] = code < 32 || code > 126 ? 63 : code;
    }
    return true;
  }

  /** Bytes of the log; control bytes, which have no place in JSON text, become question marks. */
  copy(bytes: Uint8Array, start: number, end: number): void {
    if (this.length + end - start > this.#bytes.length) this.#grow(end - start);
    for (let at = start; at < end; at++) this.#bytes[this.length++] = bytes[at]! < 32 ? 63 : bytes[at]!;
  }

  /** Is what was written from `other` on the same as `[start, end)`? */
  isSame(start: number, end: number, other: number): boolean {
    if (this.length - other !== end - start) return false;
    for (let at = start; at < end; at++) if (this.#bytes[at] !== this.#bytes[other + at - start]) return false;
    return true;
  }

  hasLists(start: number, end: number): boolean {
    for (let at = start; at < end; at++)
      if (isSlotMark(this.#bytes[at]!) && (this.#bytes[at]! & (slotMark.list | slotMark.rows)) !== 0) return true;
    return false;
  }

  /** The slots in `[start, end)` hold a value for each of several parts that are alike. */
  markRows(start: number, end: number): void {
    for (let at = start; at < end; at++) if (isSlotMark(this.#bytes[at]!)) this.#bytes[at]! |= slotMark.rows;
  }

  #grow(least: number): void {
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + least));
    grown.set(this.#bytes.subarray(0, this.length));
    this.#bytes = grown;
  }
}
