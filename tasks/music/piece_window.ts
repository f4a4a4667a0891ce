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

/** Memory that is lent again and again, for arrays of about one length. */
class LentMemory {
  #buffer = new ArrayBuffer(0);

  /** Lends an array of zeros. */
  ints(length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#ofBytes(4 * length), 0, length).fill(0);
  }

  /** Lends an array of zeros. */
  floats(length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#ofBytes(4 * length), 0, length).fill(0);
  }

  #ofBytes(length: number): ArrayBuffer {
    if (length > this.#buffer.byteLength) this.#buffer = new ArrayBuffer(length);
    return this.#buffer;
  }
}

/** The memory of windows, one after the other: each takes that of the one before. */
export class WindowMemory {
  readonly #memory = {
    ids: new LentMemory(),
    features: new LentMemory(),
    rows: new LentMemory(),
    inside: new LentMemory(),
    bans: new LentMemory(),
    targets: new LentMemory(),
    pieces: new LentMemory(),
  };

  /** Makes a window of T groups of B pieces with N tokens, all of its numbers 0. */
  window({ T, B, N }: { readonly T: number; readonly B: number; readonly N: number }, rules: MusicRules): PieceWindow {
    const { ids, features, rows, inside, bans, targets, pieces } = this.#memory;
    return {
      ...{ T, B, ids: ids.ints(T * B), features: features.floats(T * B * rules.features) },
      ...{ rows: rows.ints(N), inside: inside.floats(N * rules.insideFeatures) },
      ...{ bans: bans.floats(N * rules.vocabSize), targets: targets.ints(N), pieces: pieces.ints(N) },
    };
  }
}

/** Reads B pieces side by side, window after window. */
export class PieceWindows {
  #rules: MusicRules;
  #pieces: readonly GroupedPiece[];
  #memory: WindowMemory;
  #readers: PieceReader[];
  #place = 0;
  #allowed: Uint8Array;

  constructor(rules: MusicRules, pieces: readonly GroupedPiece[], memory: WindowMemory = new WindowMemory()) {
    this.#rules = rules;
    this.#pieces = pieces;
    this.#memory = memory;
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

  /** Reads the next `T` groups of each piece. The window before is overwritten. */
  next(T: number): PieceWindow {
    const rules = this.#rules;
    const B = this.#pieces.length;
    const first = this.#place;
    const spans = this.#pieces.map(({ starts }) =>
      [first, first + T].map((group) => starts[Math.min(group, starts.length - 1)])
    );
    const N = spans.reduce((sum, [from, end]) => sum + end - from, 0);
    const window = this.#memory.window({ T, B, N }, rules);
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
