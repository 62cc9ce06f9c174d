import { createCipheriv, createHash } from 'node:crypto';

/** Numbers that look random, and are the same in every run with the same seed (mulberry32, by Tommy Ettinger). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** From 0 to just under 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to `count` - 1. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** From a normal distribution around 0 with deviation 1 (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  /** Words as frequent as in a language: few are most of the text. */
  words(count: number): string {
    return Array.from({ length: count }, () => WORDS[Math.floor(WORDS.length ** this.next()) - 1]).join(' ');
  }
}

/** `length` bytes that nothing makes smaller, the same for the same seed. */
export function noise(seed: string, length: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}

const WORDS = vocabulary(2000);

function vocabulary(count: number): string[] {
  const random = new Random(7);
  const syllables = ['ra', 'ne', 'ti', 'sol', 'men', 'ka', 'or', 'lu', 'dis', 'ver', 'a', 'pe', 'ton', 'es'];
  const word = () => Array.from({ length: 1 + random.below(4) }, () => random.pick(syllables)).join('');
  return Array.from({ length: count }, word);
}
