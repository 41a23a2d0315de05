/**
 * The values of one statement in text order, in arrays that the next statement reuses. For each: its slot, its span
 * (`decodeLiteral` reads it), its form, and the number if the form is "integer" (the value) or "parameter" (its
 * number, 0 if it has a name).
 */
export class LiteralSpans implements LiteralArrays {
  count = 0;
  slot: Int32Array = new Int32Array(64);
  start: Int32Array = new Int32Array(64);
  end: Int32Array = new Int32Array(64);
  form: Uint8Array = new Uint8Array(64);
  integer: Float64Array = new Float64Array(64);

  /** Takes arrays that were filled elsewhere; all of one length. */
  show({ slot, start, end, form, integer }: LiteralArrays, count: number): void {
    this.slot = slot;
    this.start = start;
    this.end = end;
    this.form = form;
    this.integer = integer;
    this.count = count;
  }

  add(slot: number, start: number, end: number, form: number, integer: number): void {
    if (this.count === this.slot.length) this.grow();
    const i = this.count++;
    this.slot[i] = slot;
    this.start[i] = start;
    this.end[i] = end;
    this.form[i] = form;
    this.integer[i] = integer;
  }

  grow(): void {
    this.slot = grown(this.slot, new Int32Array(this.slot.length * 2));
    this.start = grown(this.start, new Int32Array(this.start.length * 2));
    this.end = grown(this.end, new Int32Array(this.end.length * 2));
    this.form = grown(this.form, new Uint8Array(this.form.length * 2));
    this.integer = grown(this.integer, new Float64Array(this.integer.length * 2));
  }
}

export interface LiteralArrays {
  slot: Int32Array;
  start: Int32Array;
  end: Int32Array;
  form: Uint8Array;
  integer: Float64Array;
}

function grown<T extends Int32Array | Uint8Array | Float64Array>(old: T, wider: T): T {
  wider.set(old);
  return wider;
}
