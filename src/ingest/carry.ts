/**
 * What earlier records of a log say that later ones lean on, by name: a MySQL log names the database only when it
 * changes, and the time only when the second does. Records that stand alone need none of it.
 *
 * The result must not depend on how a file was cut, and the range behind a cut can't know these facts. So they are
 * handled as record starts are (see `cut.ts`): guessed from the bytes before the cut, and verified. A reader keeps
 * which facts it took from before its range and how it found them; where the range before leaves them otherwise, the
 * range is read again with the true ones. What comes out is what one pass gives.
 */
export type Facts = ReadonlyMap<string, string>;

/** What one range took from the facts before it and what it changes of them. Plain data, to go between threads. */
export interface Carry {
  /** Facts taken from before the range, as they were found; undefined where there was none. */
  readonly leaned: ReadonlyMap<string, string | undefined>;
  /** Facts said anew in the range; undefined takes one away. */
  readonly said: ReadonlyMap<string, string | undefined>;
  /** Nothing that was said before the range holds behind it: the server was started anew. */
  readonly forgets: boolean;
}

export const noFacts: Facts = new Map();

/** The facts that hold behind a range, given those before it. */
export function factsBehind(before: Facts, { said, forgets }: Carry): Facts {
  if (said.size === 0 && !forgets) return before;
  const behind = new Map(forgets ? [] : before);
  for (const [name, value] of said) {
    if (value === undefined) behind.delete(name);
    else behind.set(name, value);
  }
  return behind;
}

/** Was the range read with what it needed of these facts? */
export function wasReadWith(before: Facts, { leaned }: Carry): boolean {
  for (const [name, value] of leaned) if (before.get(name) !== value) return false;
  return true;
}

/** Facts while a range is read: notes what is taken from before it. */
export class CarriedFacts {
  readonly #before: Facts;
  readonly #leaned = new Map<string, string | undefined>();
  readonly #said = new Map<string, string | undefined>();
  #forgets = false;

  constructor(before: Facts = noFacts) {
    this.#before = before;
  }

  get(name: string): string | undefined {
    if (this.#said.has(name)) return this.#said.get(name);
    if (this.#forgets) return undefined;
    const value = this.#before.get(name);
    this.#leaned.set(name, value);
    return value;
  }

  set(name: string, value: string | undefined): void {
    this.#said.set(name, value);
  }

  /** Nothing said so far holds any more. */
  forget(): void {
    this.#said.clear();
    this.#forgets = true;
  }

  get carry(): Carry {
    return { leaned: this.#leaned, said: this.#said, forgets: this.#forgets };
  }
}
