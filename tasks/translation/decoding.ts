import { type AttentionMemory, gather, inference, reshape, softmax, type Tensor, tensor } from "../../src/nn/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import { type PaddedTexts, padTexts } from "../batching/mod.ts";
import type { DecoderState, TranslationNetwork } from "./network.ts";
import {
  checkSearch,
  type Hypothesis,
  searchBeams,
  searchGreedily,
  type SearchSettings,
  type StepModel,
} from "./search/mod.ts";
import type { StepOutput } from "./search/hypothesis.ts";

/** Sentences that are translated side by side. */
export const BATCH = 64;

/** How sentences are translated. */
export interface DecodingOptions extends Omit<SearchSettings, "maxLengths"> {
  /** Most symbols of a translation for each symbol of the source. */
  readonly maxLengthRatio: number;
  /** Sentences that are translated side by side. */
  readonly batch: number;
  /** Stops between batches; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** Hypotheses of all sentences side by side: with wide beams fewer sentences, as each has V probabilities a step. */
const MOST_ROWS = 1024;

/** Symbols that a translation may have whatever the source's length. */
const FREE_LENGTH = 10;

/** Throws a RangeError for an impossible option. */
export function checkDecoding({ maxLengthRatio, batch, ...settings }: DecodingOptions): void {
  if (!(maxLengthRatio > 0 && maxLengthRatio < Infinity)) {
    throw new RangeError(`search: expected maxLengthRatio to be a finite number above 0, found ${maxLengthRatio}`);
  }
  if (!(Number.isSafeInteger(batch) && batch >= 1)) {
    throw new RangeError(`search: expected batch to be a whole number of at least 1, found ${batch}`);
  }
  checkSearch({ ...settings, maxLengths: [Infinity] });
}

/**
 * Translates sentences, given as ids, with one network or with several whose probabilities are averaged. Sentences of about the same length are
 * translated side by side; what a sentence becomes does not depend on its company.
 */
export async function decodeSentences(
  networks: readonly TranslationNetwork[],
  sources: readonly Int32Array[],
  { maxLengthRatio, batch, signal, ...settings }: DecodingOptions,
): Promise<Hypothesis[][]> {
  const found: Hypothesis[][] = new Array(sources.length);
  const order = Int32Array.from(sources, (_, i) => i).sort((a, b) => sources[a].length - sources[b].length || a - b);
  const breather = new Breather();
  const side = Math.max(1, Math.min(batch, Math.floor(MOST_ROWS / settings.beam)));
  for (let start = 0; start < order.length; start += side) {
    signal?.throwIfAborted();
    const padded = padTexts(sources, order.slice(start, start + side));
    const maxLengths = Array.from(
      padded.lengths,
      (length) => Math.max(settings.minLength, FREE_LENGTH + Math.floor(maxLengthRatio * length)),
    );
    const search = { ...settings, maxLengths };
    const results = withSteps(
      networks,
      padded,
      (model) => search.beam === 1 ? searchGreedily(model, search).map((best) => [best]) : searchBeams(model, search),
    );
    padded.places.forEach((place, b) => found[place] = results[b]);
    await breather.breathe();
  }
  return found;
}

/** Calls `body` with the steps of the networks, whose encoders have read the sentences. */
function withSteps<T>(
  networks: readonly TranslationNetwork[],
  source: PaddedTexts,
  body: (model: StepModel) => T,
): T {
  const open = (steps: readonly NetworkSteps[]): T => {
    const network = networks[steps.length];
    if (!network) return body(steps.length === 1 ? steps[0] : new Ensemble(steps));
    return inference(() => open([...steps, new NetworkSteps(network, source)]), { engine: network.engine });
  };
  return open([]);
}

/** A network's steps on sentences that its encoder has read. Lives as long as the scope in which it was made. */
class NetworkSteps implements StepModel {
  readonly vocabulary: number;
  readonly boundary: number;
  sourceLengths: Int32Array;
  #network: TranslationNetwork;
  #memory: AttentionMemory | undefined;
  #state: Kept;

  constructor(network: TranslationNetwork, source: PaddedTexts) {
    this.#network = network;
    const { memory, state } = network.encode(source);
    this.#memory = memory;
    this.#state = keep(network.begin(state));
    this.sourceLengths = source.lengths;
    this.vocabulary = network.output.weight.shape[0];
    this.boundary = this.vocabulary - 1;
  }

  get sequences(): number {
    return this.sourceLengths.length;
  }

  step(symbols: Int32Array, parents: Int32Array): StepOutput {
    const network = this.#network;
    const { engine } = network;
    return inference(() => {
      const before = restore(this.#state, parents, (values, shape) => tensor(values, shape, { engine }));
      const { readout, weights, state } = network.step(symbols, before, this.#memory);
      const probabilities = softmax(network.score(reshape(readout, [symbols.length, -1]))).toArray();
      this.#state = keep(state);
      return { probabilities, attention: weights && byRow(weights) };
    }, { engine });
  }

  select(places: Int32Array): void {
    this.#memory = this.#memory && selectMemory(this.#memory, places);
    this.sourceLengths = Int32Array.from(places, (place) => this.sourceLengths[place]);
  }
}

/** What attention looks at, of these sequences alone. */
function selectMemory({ keys, values, lengths }: AttentionMemory, places: Int32Array): AttentionMemory {
  const [S, B] = keys.shape;
  const rows = Int32Array.from(
    { length: S * places.length },
    (_, i) => Math.floor(i / places.length) * B + places[i % places.length],
  );
  const select = (states: Tensor): Tensor => gather(reshape(states, [S * B, -1]), rows, [S, places.length]);
  const chosen = select(keys);
  return {
    keys: chosen,
    values: values === keys ? chosen : select(values),
    lengths: Int32Array.from(places, (place) => lengths[place]),
  };
}

/** Several models that speak of the same symbols: the mean of what they say. */
class Ensemble implements StepModel {
  readonly vocabulary: number;
  readonly boundary: number;
  #models: readonly StepModel[];

  constructor(models: readonly StepModel[]) {
    this.#models = models;
    [{ vocabulary: this.vocabulary, boundary: this.boundary }] = models;
  }

  get sequences(): number {
    return this.#models[0].sequences;
  }

  get sourceLengths(): ArrayLike<number> {
    return this.#models[0].sourceLengths;
  }

  step(symbols: Int32Array, parents: Int32Array): StepOutput {
    const outputs = this.#models.map((model) => model.step(symbols, parents));
    const attentions = outputs.flatMap(({ attention }) => attention ?? []);
    return {
      probabilities: average(outputs.map(({ probabilities }) => probabilities)),
      attention: attentions.length > 0 ? average(attentions) : undefined,
    };
  }

  select(places: Int32Array): void {
    for (const model of this.#models) model.select(places);
  }
}

function average(arrays: readonly Float32Array[]): Float32Array {
  return arrays[0].map((_, i) => {
    let sum = 0;
    for (const array of arrays) sum += array[i];
    return sum / arrays.length;
  });
}

/** A decoder's state outside of any step: what does not fall with the arena. */
interface Kept {
  readonly h: KeptTensor;
  readonly c: KeptTensor | undefined;
  readonly feed: KeptTensor | undefined;
}

interface KeptTensor {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

function keep({ recurrent: { h, c }, feed }: DecoderState): Kept {
  const take = (x: Tensor): KeptTensor => ({ values: x.toArray(), shape: x.shape });
  return { h: take(h), c: c && take(c), feed: feed && take(feed) };
}

/** The kept state with these rows. */
function restore(
  { h, c, feed }: Kept,
  rows: Int32Array,
  make: (values: Float32Array, shape: readonly number[]) => Tensor,
): DecoderState {
  const give = ({ values, shape }: KeptTensor): Tensor => {
    const width = shape.at(-1)!;
    const count = shape.at(-2)!;
    const layers = values.length / (width * count);
    const chosen = new Float32Array(layers * rows.length * width);
    for (let layer = 0; layer < layers; layer++) {
      rows.forEach((row, i) => {
        const from = (layer * count + row) * width;
        chosen.set(values.subarray(from, from + width), (layer * rows.length + i) * width);
      });
    }
    return make(chosen, [...shape.slice(0, -2), rows.length, width]);
  };
  return { recurrent: { h: give(h), c: c && give(c) }, feed: feed && give(feed) };
}

/** Attention [B, K, S] as rows [K, B, S]. */
function byRow(weights: Tensor): Float32Array {
  const [B, K, S] = weights.shape;
  const values = weights.toArray();
  if (K === 1) return values;
  const rows = new Float32Array(values.length);
  for (let b = 0; b < B; b++) {
    for (let k = 0; k < K; k++) {
      const from = (b * K + k) * S;
      rows.set(values.subarray(from, from + S), (k * B + b) * S);
    }
  }
  return rows;
}
