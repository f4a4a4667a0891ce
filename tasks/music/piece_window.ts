import type { MusicRules, PieceReader } from "./notations/rules.ts";
import { BAN, type MusicInputs, type TokenPlaces } from "./network.ts";

/** Some groups of tokens of B pieces side by side: what the network reads, and the tokens to predict. */
export interface PieceWindow extends MusicInputs, TokenPlaces {
  /** The tokens to predict [N]. */
  readonly targets: Int32Array;
  /** The piece of each token [N]. */
  readonly pieces: Int32Array;
}

/** Where the tokens of a piece are divided into groups, which the recurrent layers read as one. */
export function groupsOf(rules: MusicRules, ids: Int32Array): Int32Array {
  const reader = rules.start();
  const starts: number[] = [];
  for (const [t, id] of ids.entries()) {
    if (reader.startsGroup) starts.push(t);
    reader.read(id);
  }
  return Int32Array.from([...starts, ids.length]);
}

/** A piece and the starts of its groups, then its end. */
export interface GroupedPiece {
  readonly ids: Int32Array;
  readonly starts: Int32Array;
}

/** Reads B pieces side by side, window after window. */
export class PieceWindows {
  #rules: MusicRules;
  #pieces: readonly GroupedPiece[];
  #readers: PieceReader[];
  #place = 0;
  #allowed: Uint8Array;

  constructor(rules: MusicRules, pieces: readonly GroupedPiece[]) {
    this.#rules = rules;
    this.#pieces = pieces;
    this.#readers = pieces.map(() => rules.start());
    this.#allowed = new Uint8Array(rules.vocabSize);
  }

  /** Number of groups of the longest piece. */
  get length(): number {
    return this.#pieces.reduce((most, { starts }) => Math.max(most, starts.length - 1), 0);
  }

  /** The first group of the next window. */
  get place(): number {
    return this.#place;
  }

  /** Goes past groups up to `place`, or begins again if that is behind. */
  skipTo(place: number): void {
    if (place < this.#place) {
      this.#readers = this.#pieces.map(() => this.#rules.start());
      this.#place = 0;
    }
    for (const [b, { ids, starts }] of this.#pieces.entries()) {
      const [from, end] = [this.#place, place].map((group) => starts[Math.min(group, starts.length - 1)]);
      for (let t = from; t < end; t++) this.#readers[b].read(ids[t]);
    }
    this.#place = place;
  }

  /** Reads the next `T` groups of each piece. */
  next(T: number): PieceWindow {
    const rules = this.#rules;
    const B = this.#pieces.length;
    const first = this.#place;
    const spans = this.#pieces.map(({ starts }) =>
      [first, first + T].map((group) => starts[Math.min(group, starts.length - 1)])
    );
    const N = spans.reduce((sum, [from, end]) => sum + end - from, 0);
    const window = {
      ...{ T, B, ids: new Int32Array(T * B), features: new Float32Array(T * B * rules.features) },
      ...{ rows: new Int32Array(N), inside: new Float32Array(N * rules.insideFeatures) },
      ...{ bans: new Float32Array(N * rules.vocabSize), targets: new Int32Array(N), pieces: new Int32Array(N) },
    };
    let n = 0;
    for (const [b, { ids, starts }] of this.#pieces.entries()) {
      const reader = this.#readers[b];
      for (let t = 0, at = spans[b][0]; at < spans[b][1]; at++) {
        if (at === starts[first + t + 1]) t++;
        const row = t * B + b;
        if (at === starts[first + t]) writeGroup(rules, reader, at === 0 ? rules.begin : ids[at - 1], row, window);
        writeToken(rules, reader, n, window, this.#allowed);
        window.rows[n] = row;
        window.targets[n] = ids[at];
        window.pieces[n++] = b;
        reader.read(ids[at]);
      }
    }
    this.#place += T;
    return window;
  }
}

/** Writes what is known before a group into a row of inputs. */
export function writeGroup(rules: MusicRules, reader: PieceReader, id: number, row: number, inputs: MusicInputs): void {
  inputs.ids[row] = id;
  reader.describe(inputs.features.subarray(row * rules.features, (row + 1) * rules.features));
}

/** Writes what is known before token n. `allowed` [V] is scratch; it then says which tokens are possible. */
export function writeToken(
  { vocabSize: V, insideFeatures: I }: MusicRules,
  reader: PieceReader,
  n: number,
  { inside, bans }: Pick<TokenPlaces, "inside" | "bans">,
  allowed: Uint8Array,
): void {
  if (I > 0) reader.describeInside(inside.subarray(n * I, (n + 1) * I));
  reader.allow(allowed.fill(0));
  for (let id = 0; id < V; id++) bans[n * V + id] = allowed[id] === 0 ? BAN : 0;
}
