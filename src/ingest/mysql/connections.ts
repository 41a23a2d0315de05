import type { CarriedFacts } from "../carry.ts";

/** Who is connected, as far as the log has said. Names are bytes; undefined where it has not. */
export interface Connection {
  readonly id: number;
  readonly database: Uint8Array | undefined;
  readonly user: Uint8Array | undefined;
}

/**
 * What a general log has said of its connections: user and database stand in the line of the connect, and hold until
 * the quit. Facts that are carried from record to record, so they are kept as `carry.ts` wants it.
 *
 * A connection has the slot of its number modulo `slotCount`, and a later one takes it over: a log without quits (they
 * are missing where clients were cut off) would fill the memory otherwise.
 */
export class Connections {
  readonly #facts: CarriedFacts;
  /** What is known of the slots asked for or said; null where nothing is. */
  readonly #slots = new Map<number, Connection | null>();
  readonly #said = new Set<number>();

  constructor(facts: CarriedFacts) {
    this.#facts = facts;
  }

  find(id: number): Connection | undefined {
    const slot = id % slotCount;
    let connection = this.#slots.get(slot);
    if (connection === undefined) {
      connection = parsed(this.#facts.get(factName(slot)));
      this.#slots.set(slot, connection);
    }
    return connection?.id === id ? connection : undefined;
  }

  say(connection: Connection): void {
    this.#set(connection.id % slotCount, connection);
  }

  quit(id: number): void {
    this.#set(id % slotCount, null);
  }

  /** The server starts anew: its numbers begin at 1 again. */
  forget(): void {
    this.#slots.clear();
    this.#said.clear();
    this.#facts.forget();
  }

  /** Writes what was said to the facts. */
  settle(): void {
    for (const slot of this.#said) {
      const connection = this.#slots.get(slot);
      this.#facts.set(factName(slot), connection ? written(connection) : undefined);
    }
  }

  #set(slot: number, connection: Connection | null): void {
    this.#slots.set(slot, connection);
    this.#said.add(slot);
  }
}

const factName = (slot: number): string => `connection ${slot}`;

const written = ({ id, database, user }: Connection): string =>
  JSON.stringify([id, database === undefined ? null : latin1(database), user === undefined ? null : latin1(user)]);

function parsed(text: string | undefined): Connection | null {
  if (text === undefined) return null;
  const [id, database, user] = JSON.parse(text) as [number, string | null, string | null];
  const bytes = (name: string | null) => (name === null ? undefined : Uint8Array.from(Buffer.from(name, "latin1")));
  return { id, database: bytes(database), user: bytes(user) };
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const slotCount = 1 << 18;
