/**
 * Remembers where lines start in bytes that can't be read again, at one or two bytes a line: the length of each line as
 * a variable-length integer, and every 4,096 lines the offset. It stops at `mostBytes`; behind that no line is known.
 */
export class LineIndex {
  readonly #mostBytes: number;
  #lengths = new Uint8Array(1 << 12);
  #used = 0;
  /** For every 4,096th line: its offset in the input, and of its length in `#lengths`. */
  #marks: { readonly offset: number; readonly at: number }[] = [{ offset: 0, at: 0 }];
  #lines = 0;
  #position = 0;
  #lineStart = 0;
  #full = false;

  constructor(mostBytes = 64 << 20) {
    this.#mostBytes = mostBytes;
  }

  /** Takes the next bytes of the input. */
  add(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let newline = buffer.indexOf(10); newline !== -1 && !this.#full; newline = buffer.indexOf(10, newline + 1)) {
      const next = this.#position + newline + 1;
      this.#addLine(next - this.#lineStart);
      this.#lineStart = next;
    }
    this.#position += bytes.length;
  }

  /** The line, counted from 1, that holds the byte at `offset`; undefined when the index does not reach so far. */
  lineAt(offset: number): number | undefined {
    if (offset > this.#position || (this.#full && offset >= this.#lineStart)) return undefined;
    let low = 0;
    let high = this.#marks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#marks[middle]!.offset <= offset) low = middle;
      else high = middle - 1;
    }
    let { offset: lineStart, at } = this.#marks[low]!;
    let line = low * linesPerMark;
    while (at < this.#used) {
      let length = 0;
      let scale = 1;
      let byte: number;
      do {
        byte = this.#lengths[at++]!;
        length += (byte & 127) * scale;
        scale *= 128;
      } while (byte >= 128);
      if (lineStart + length > offset) break;
      lineStart += length;
      line += 1;
    }
    return line + 1;
  }

  #addLine(length: number): void {
    if (this.#used + 8 > this.#lengths.length) {
      if (this.#lengths.length >= this.#mostBytes) {
        this.#full = true;
        return;
      }
      const grown = new Uint8Array(Math.min(this.#lengths.length * 2, this.#mostBytes));
      grown.set(this.#lengths);
      this.#lengths = grown;
    }
    let rest = length;
    while (rest >= 128) {
      this.#lengths[this.#used++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#lengths[this.#used++] = rest;
    this.#lines += 1;
    if (this.#lines % linesPerMark === 0) this.#marks.push({ offset: this.#lineStart + length, at: this.#used });
  }
}

const linesPerMark = 4096;
