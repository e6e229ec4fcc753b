/**
 * Seeded randomness. Everything that the sandbox serves is derived from (seed, pull request number, stream), so that
 * nothing has to be kept in memory and two runs serve the same bytes.
 */

/** The 32-bit finaliser of MurmurHash3 (Appleby, public domain): every input bit changes half of the output bits. */
function avalanche(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Mixes integers into one unsigned 32-bit seed; order matters. */
export function mixSeed(...parts: readonly number[]): number {
  let h = 0x9e3779b9;
  for (const part of parts) h = avalanche(Math.imul(h, 31) + part);
  return h;
}

/** A stable unsigned 32-bit hash of text. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return avalanche(h);
}

/** A small counter-based generator: the golden-ratio sequence through the MurmurHash3 finaliser. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** An unsigned 32-bit integer. */
  uint32(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    return avalanche(this.#state);
  }

  /** A number in [0, 1). */
  fraction(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** An integer in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.fraction() * bound);
  }

  /** An integer in [0, bound) that is mostly small: the fraction raised to `power`. */
  smallBelow(bound: number, power: number): number {
    return Math.floor(this.fraction() ** power * bound);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** @throws RangeError when `items` is empty. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }
}

const HEX_BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hexByte(value: number): string {
  return HEX_BYTES[value & 0xff] ?? '00';
}

/** A git object id: 40 hexadecimal digits derived from the parts. */
export function objectId(...parts: readonly number[]): string {
  const random = new Random(mixSeed(...parts));
  let oid = '';
  for (let word = 0; word < 5; word += 1) {
    const value = random.uint32();
    oid += hexByte(value >>> 24) + hexByte(value >>> 16) + hexByte(value >>> 8) + hexByte(value);
  }
  return oid;
}
