// Seeded choices: numbers, and things in turns. Nothing here knows what is chosen.

import { SeededRandom } from "../../tokenizers/random.ts";

/** Deals its items in random order and each of them once before any comes again, so that all are dealt equally often. */
export class Deck<T> {
  readonly #items: readonly T[];
  readonly #chance: Chance;
  #rest: T[] = [];

  /** @throws {RangeError} When there are no items. */
  constructor(items: readonly T[], chance: Chance) {
    if (items.length === 0) throw new RangeError("deal items: expected at least one item, found none");
    this.#items = items;
    this.#chance = chance;
  }

  /** The next item. */
  next(): T {
    if (this.#rest.length === 0) this.#rest = this.#chance.shuffle(this.#items);
    return this.#rest.pop()!;
  }

  /** The next items, none of them twice: fewer than the count where the deck has no more. */
  take(count: number): T[] {
    const taken = new Set<T>();
    while (taken.size < Math.min(count, this.#items.length)) taken.add(this.next());
    return [...taken];
  }
}

/** Random choices, the same for the same seed. */
export class Chance {
  readonly #random: SeededRandom;

  /** @param seed A whole number; its lowest 32 bits count. */
  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** A whole number from 0 to below the end. */
  below(end: number): number {
    return Math.floor(this.#random.next() * end);
  }

  /** A whole number from the first to the last, both included. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  /** The items in random order, in a new array. */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
    }
    return shuffled;
  }
}
