import type { MusicRules, PieceReader } from "./rules.ts";

/** The steps before the current one whose pitches are told to the network. */
const LAGS = [1, 2, 4, 8, 16];

/** Longer runs of equal steps count as this many; so do the steps of a piece, counted anew after them. */
const [LONGEST_HOLD, PERIOD] = [32, 32];

/** The tokens of piano rolls. */
export interface StepTokens {
  /** Number of tokens of the tokenizer. */
  readonly size: number;
  /** The id of each pitch. */
  readonly pitches: ReadonlyMap<number, number>;
  /** The id of the end of a step. */
  readonly endOfStep: number;
}

/**
 * The rules of piano rolls: a step is its pitches in ascending order and an end. After a pitch only a higher pitch or
 * the end is possible, so that every set of pitches is written in one way, and the probabilities of all sets sum to 1.
 *
 * A step is a group. The network is told the pitches of earlier steps, for how many steps the last one has held, and
 * the step's number modulo 32; within a step, its pitches so far.
 */
export class StepRules implements MusicRules {
  readonly vocabSize: number;
  readonly features: number;
  readonly insideFeatures: number;
  readonly begin: number;
  /** The ids of pitches in ascending order, then the end of a step. */
  readonly order: Int32Array;
  /** The place of an id in `order`; -1 for other ids. */
  readonly placeOf: Int32Array;

  constructor({ size, pitches, endOfStep }: StepTokens) {
    this.vocabSize = size + 1;
    this.begin = size;
    const ids = [...pitches].sort(([a], [b]) => a - b).map(([, id]) => id);
    this.order = Int32Array.from([...ids, endOfStep]);
    this.placeOf = new Int32Array(this.vocabSize).fill(-1);
    for (const [place, id] of this.order.entries()) this.placeOf[id] = place;
    this.features = LAGS.length * ids.length + LONGEST_HOLD + PERIOD;
    this.insideFeatures = ids.length;
  }

  start(): PieceReader {
    return new StepReader(this);
  }
}

/** Reads a piano roll. Steps are lists of places in `order`. */
class StepReader implements PieceReader {
  #rules: StepRules;
  #steps: number[][] = [];
  #current: number[] = [];
  #hold = 0;

  constructor(rules: StepRules) {
    this.#rules = rules;
  }

  get steps(): number {
    return this.#steps.length;
  }

  get isComplete(): boolean {
    return this.#current.length === 0;
  }

  get startsGroup(): boolean {
    return this.#current.length === 0;
  }

  allow(allowed: Uint8Array): void {
    const { order } = this.#rules;
    for (let place = (this.#current.at(-1) ?? -1) + 1; place < order.length; place++) allowed[order[place]] = 1;
  }

  describe(features: Float32Array): void {
    const P = this.#rules.order.length - 1;
    for (const [l, lag] of LAGS.entries()) {
      for (const place of this.#steps.at(-lag) ?? []) features[l * P + place] = 1;
    }
    features[LAGS.length * P + this.#hold] = 1;
    features[LAGS.length * P + LONGEST_HOLD + this.#steps.length % PERIOD] = 1;
  }

  describeInside(features: Float32Array): void {
    for (const place of this.#current) features[place] = 1;
  }

  read(id: number): void {
    const place = this.#rules.placeOf[id];
    if (place < this.#rules.order.length - 1) {
      this.#current.push(place);
      return;
    }
    const last = this.#steps.at(-1);
    const isHeld = last?.length === this.#current.length && last.every((pitch, i) => pitch === this.#current[i]);
    this.#hold = isHeld ? Math.min(this.#hold + 1, LONGEST_HOLD - 1) : 0;
    this.#steps.push(this.#current);
    this.#current = [];
  }

  copy(): PieceReader {
    const copy = new StepReader(this.#rules);
    copy.#steps = [...this.#steps];
    copy.#current = [...this.#current];
    copy.#hold = this.#hold;
    return copy;
  }
}
