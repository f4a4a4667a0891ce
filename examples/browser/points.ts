/** A loss after a number of steps. */
export interface Point {
  /** Number of steps. */
  readonly step: number;
  /** The loss. */
  readonly loss: number;
}

/** The losses of a run of any length in a bounded number of points, each the mean of equally many. */
export class Points {
  #most: number;
  #points: Point[] = [];
  /** Number of losses in each point, and those that are not yet enough for one. */
  #size = 1;
  #rest: Point[] = [];

  /** Keeps at most `most` points, an even number, and the mean of those that have not become one. */
  constructor(most: number) {
    this.#most = most;
  }

  /** All points, the last one perhaps of fewer losses. */
  get all(): readonly Point[] {
    return this.#rest.length > 0 ? [...this.#points, meanOf(this.#rest)] : this.#points;
  }

  /** Adds a loss. */
  add(point: Point): void {
    this.#rest.push(point);
    if (this.#rest.length < this.#size) return;
    this.#points.push(meanOf(this.#rest));
    this.#rest = [];
    if (this.#points.length < this.#most) return;
    this.#points = Array.from({ length: this.#most / 2 }, (_, i) => meanOf(this.#points.slice(2 * i, 2 * i + 2)));
    this.#size *= 2;
  }
}

function meanOf(points: readonly Point[]): Point {
  return { step: points.at(-1)!.step, loss: points.reduce((sum, { loss }) => sum + loss, 0) / points.length };
}
