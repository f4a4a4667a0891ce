import type { Communicator, TransferPrecision } from "../distributed/mod.ts";
import { offset as addressAt } from "../engine/mod.ts";
import { type BackwardWatch, type Gradient, type Place, type Slab, slabSize } from "../tensor/mod.ts";
import { RowExchange } from "./row_exchange.ts";
import type { TrainSettings } from "./settings.ts";

/** Fewest floats that are exchanged at a time, if there are more: 1 MiB, beside which a message's latency is short. */
const BUCKET_SIZE = 2 ** 18;

/** Fewest floats of a table whose rows are exchanged: one more message takes longer than a shorter table. */
const TABLE_SIZE = 2 ** 14;

/** Gradients that are exchanged together. */
interface Bucket {
  /** Their places in the slab, neighbors in order. */
  readonly places: readonly Place[];
  /** Offset of the first float from the beginning of the slab. */
  readonly offset: number;
  /** Number of floats. */
  readonly count: number;
}

/** Options of `GradientExchange`. */
export interface GradientExchangeOptions extends Pick<TrainSettings, "overlap"> {
  /** The numbers that travel. */
  readonly gradientPrecision: TransferPrecision;
  /** Fewest floats of a bucket, except the last. Default: 2^18. */
  readonly bucketSize?: number;
  /** Fewest floats of a table of which only the rows that ranks have used are exchanged. Default: 2^14. */
  readonly tableSize?: number;
}

/**
 * Sums the gradients of all ranks in place. They travel in buckets from the end of the slab, where the layers stand
 * whose gradients the backward pass computes first: each as soon as its gradients are complete and those before it
 * have been begun, so that the order is the same on all ranks. Who watches the backward pass is told when they are.
 * Of large embedding tables, only the rows that ranks have used travel, at the end.
 */
export class GradientExchange implements BackwardWatch {
  #slab: Slab;
  #communicator: Communicator;
  #precision: TransferPrecision;
  #overlaps: boolean;
  #rows: RowExchange;
  #buckets: readonly Bucket[];
  /** The buckets that have been begun in this step. */
  #begun: Promise<void>[] = [];
  /** For each bucket, the place on the tape to which the pass has to go back until its gradients are complete. */
  #due: readonly number[] = [];

  constructor(slab: Slab, communicator: Communicator, options: GradientExchangeOptions) {
    this.#slab = slab;
    this.#communicator = communicator;
    const { gradientPrecision, overlap, bucketSize = BUCKET_SIZE, tableSize = TABLE_SIZE } = options;
    this.#precision = gradientPrecision;
    this.#overlaps = overlap;
    const isByRows = ({ parameter: { isTable, size, gradient } }: Place): boolean =>
      isTable && (size >= tableSize || gradient.isKeptByRows);
    const tables = slab.places.filter(isByRows).map(({ parameter }) => parameter);
    this.#rows = new RowExchange(slab, tables, communicator, gradientPrecision);
    this.#buckets = bucketsOf(slab.places, isByRows, bucketSize);
  }

  /** Is called before the backward pass. Returns what is to watch it, if anything. */
  begin(): BackwardWatch | undefined {
    this.#begun = [];
    return this.#overlaps ? this : undefined;
  }

  /** Implements `BackwardWatch.planned`. */
  planned(firstUses: ReadonlyMap<Gradient, number>): void {
    this.#due = this.#buckets.map(({ places }) =>
      places.reduce((due, { parameter }) => Math.min(due, firstUses.get(parameter.gradient) ?? Infinity), Infinity)
    );
  }

  /** Implements `BackwardWatch.replayed`. */
  replayed(place: number): void {
    while (this.#begun.length < this.#buckets.length && place <= this.#due[this.#begun.length]) this.#beginNext();
    this.#communicator.progress();
  }

  /** Exchanges what has not been exchanged during the backward pass. */
  async finish(): Promise<void> {
    while (this.#begun.length < this.#buckets.length) this.#beginNext();
    this.#rows.begin();
    await Promise.all(this.#begun);
    await this.#rows.finish();
  }

  #beginNext(): void {
    const { places, offset, count } = this.#buckets[this.#begun.length];
    const { engine } = this.#slab;
    for (const { parameter } of places) parameter.zeroedGradient();
    const address = addressAt(this.#slab.sparseGradients, offset);
    const reduced = this.#communicator.allReduce({ engine, address, count }, this.#precision);
    // If the step itself fails, no one waits for the rest.
    reduced.catch(() => {});
    this.#begun.push(reduced);
  }
}

/** Divides neighbors in a slab into buckets, from its end, without those that are exchanged by rows. */
function bucketsOf(places: readonly Place[], isByRows: (place: Place) => boolean, least: number): Bucket[] {
  const buckets: Bucket[] = [];
  let end = places.length;
  for (let first = end - 1; first >= 0; first--) {
    if (isByRows(places[first])) {
      end = first;
      continue;
    }
    const own = places.slice(first, end);
    const last = own[own.length - 1];
    const { offset } = own[0];
    const count = last.offset + slabSize(last.parameter.size) - offset;
    if (count < least && first > 0 && !isByRows(places[first - 1])) continue;
    buckets.push({ places: own, offset, count });
    end = first;
  }
  return buckets;
}
