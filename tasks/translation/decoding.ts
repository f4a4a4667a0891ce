import { InputRangeError } from "../../errors.ts";
import type { Address } from "../../src/engine/mod.ts";
import {
  type AttentionMemory,
  CarriedState,
  type Engine,
  inference,
  largest,
  reshape,
  softmax,
  type Tensor,
} from "../../src/nn/mod.ts";
import { pausing } from "../../src/train/mod.ts";
import { type PaddedTexts, padTexts } from "../batching/mod.ts";
import type { DecoderState, TranslatorNetwork } from "./network.ts";
import {
  checkSearch,
  type Hypothesis,
  type Pause,
  searchBeams,
  searchGreedily,
  type SearchSettings,
  type StepModel,
  type StepOutput,
} from "./search/mod.ts";

/** Default batch size, in sentences. */
export const BATCH = 64;

/** Options of `decodeSentences`. */
export interface DecodingOptions extends Omit<SearchSettings, "maxLengths"> {
  /** Maximum number of symbols in a translation for each source symbol, plus `FREE_LENGTH`. */
  readonly maxLengthRatio: number;
  /** Batch size, in sentences. */
  readonly batch: number;
  /** Symbols that no token has and no translation gets. Default: none. */
  readonly unused?: readonly number[];
  /** Aborts between steps; the call then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Awaited between steps. Default: lets the event loop run every 20 ms. */
  readonly pause?: Pause;
}

/** Maximum number of hypotheses in a batch. Each has V probabilities per step, so wide beams use fewer sentences. */
const MAX_ROWS = 1024;

/** Number of symbols that any translation may have, regardless of the source's length. */
const FREE_LENGTH = 10;

/** Throws `RangeError` if an option is invalid. */
export function checkDecoding({ maxLengthRatio, batch, ...settings }: DecodingOptions): void {
  if (!(maxLengthRatio > 0 && maxLengthRatio < Infinity)) {
    throw new InputRangeError(`search: expected maxLengthRatio to be a finite number above 0, found ${maxLengthRatio}`);
  }
  if (!(Number.isSafeInteger(batch) && batch >= 1)) {
    throw new InputRangeError(`search: expected batch to be a whole number of at least 1, found ${batch}`);
  }
  checkSearch({ ...settings, maxLengths: [Infinity] });
}

/**
 * Translates encoded sentences with one network, or with several whose probabilities are averaged. Sentences of similar
 * length form batches; a translation does not depend on the other sentences of its batch. The search yields to the
 * event loop between steps, when the engine may do other work.
 */
export async function decodeSentences(
  networks: readonly TranslatorNetwork[],
  sources: readonly Int32Array[],
  { maxLengthRatio, batch, unused = [], signal, pause: given, ...settings }: DecodingOptions,
): Promise<Hypothesis[][]> {
  const found: Hypothesis[][] = new Array(sources.length);
  const order = Int32Array.from(sources, (_, i) => i).sort((a, b) => sources[a].length - sources[b].length || a - b);
  const pause = pausing({ pause: given, signal });
  const side = Math.max(1, Math.min(batch, Math.floor(MAX_ROWS / settings.beam)));
  for (let start = 0; start < order.length; start += side) {
    await pause();
    const padded = padTexts(sources, order.slice(start, start + side));
    const maxLengths = Array.from(
      padded.lengths,
      (length) => Math.max(settings.minLength, FREE_LENGTH + Math.floor(maxLengthRatio * length)),
    );
    const results = await search(networks, padded, unused, { ...settings, maxLengths }, pause);
    padded.places.forEach((place, b) => found[place] = results[b]);
  }
  return found;
}

/** Encodes a batch, searches for its translations and frees the networks' states, even if the search fails. */
async function search(
  networks: readonly TranslatorNetwork[],
  source: PaddedTexts,
  unused: readonly number[],
  settings: SearchSettings,
  pause: Pause,
): Promise<Hypothesis[][]> {
  const { beam } = settings;
  const steps: NetworkSteps[] = [];
  try {
    // One more than the beam, since the boundary may be among the most probable symbols before the minimum length.
    for (const network of networks) steps.push(new NetworkSteps(network, source, beam + 1, unused));
    const model = steps.length === 1 ? steps[0] : new Ensemble(steps);
    if (beam > 1) return await searchBeams(model, settings, pause);
    return (await searchGreedily(model, settings, pause)).map((best) => [best]);
  } finally {
    for (const own of steps) own[Symbol.dispose]();
  }
}

/** The encoder's states for attention; without `values`, the keys are the values. */
interface Attended {
  readonly keys: Tensor;
  readonly values?: Tensor;
}

/** The output of a step, with the address and the number of its probabilities. */
interface Computed extends Omit<StepOutput, "probabilities"> {
  readonly address: Address;
  readonly size: number;
}

/**
 * Runs a network's decoder step by step on a batch of encoded sentences. Its states live outside the engine's arenas,
 * so that other code may use the engine between two steps.
 */
class NetworkSteps implements StepModel, Disposable {
  readonly vocabulary: number;
  readonly boundary: number;
  sourceLengths: Int32Array;
  #network: TranslatorNetwork;
  #engine: Engine;
  #memory: CarriedState<Attended> | undefined;
  #state: CarriedState<DecoderState>;
  #likeliest: number;
  #unused: readonly number[];

  /**
   * Encodes the batch. Steps return the `likeliest` most probable symbols of each row; `unused` ones have probability
   * 0.
   */
  constructor(network: TranslatorNetwork, source: PaddedTexts, likeliest: number, unused: readonly number[]) {
    const { engine } = network;
    this.#network = network;
    this.#engine = engine;
    this.sourceLengths = source.lengths;
    this.vocabulary = network.vocabulary;
    this.boundary = network.boundary;
    this.#unused = unused;
    this.#likeliest = Math.min(likeliest, this.vocabulary);
    [this.#memory, this.#state] = inference(() => {
      const { memory, state } = network.encode(source);
      return [memory && keep(memory, engine), CarriedState.of(network.begin(state), engine)];
    }, { engine });
  }

  get sequences(): number {
    return this.sourceLengths.length;
  }

  step(symbols: Int32Array, parents: Int32Array): StepOutput {
    const engine = this.#engine;
    let output: Computed | undefined;
    this.#state.select(parents);
    engine.runIn(engine.stepArena, () => output = inference(() => this.#run(symbols), { engine }));
    const { address, size, likeliest, attention } = output!;
    // The view comes last, since any allocation may move the memory.
    return { probabilities: engine.floats(address, size), likeliest, attention };
  }

  select(places: Int32Array): void {
    this.#memory?.select(places);
    this.sourceLengths = Int32Array.from(places, (place) => this.sourceLengths[place]);
  }

  /** Frees the states. */
  [Symbol.dispose](): void {
    this.#memory?.[Symbol.dispose]();
    this.#state[Symbol.dispose]();
  }

  #run(symbols: Int32Array): Computed {
    const network = this.#network;
    const { readout, weights, state } = network.step(symbols, this.#state.state, this.#attended);
    this.#state.carry(state);
    const probabilities = softmax(network.score(reshape(readout, [symbols.length, -1])));
    this.#exclude(probabilities);
    const likeliest = largest(probabilities, this.#likeliest);
    const attention = weights && byRow(weights);
    return { address: probabilities.address, size: probabilities.size, likeliest, attention };
  }

  /** Sets the probabilities `[rows, V]` of unused symbols to 0. */
  #exclude({ address, size }: Tensor): void {
    if (this.#unused.length === 0) return;
    this.#engine.change(address, size, (values) => {
      for (let row = 0; row < size; row += this.vocabulary) for (const id of this.#unused) values[row + id] = 0;
    });
  }

  get #attended(): AttentionMemory | undefined {
    if (!this.#memory) return undefined;
    const { keys, values = keys } = this.#memory.state;
    return { keys, values, lengths: this.sourceLengths };
  }
}

function keep({ keys, values }: AttentionMemory, engine: Engine): CarriedState<Attended> {
  return CarriedState.of<Attended>(values === keys ? { keys } : { keys, values }, engine);
}

/** An ensemble of models with the same vocabulary: averages their probabilities and attention. */
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
    const [probabilities, attention] = [new Mean(), new Mean()];
    for (const model of this.#models) {
      const output = model.step(symbols, parents);
      probabilities.add(output.probabilities);
      if (output.attention) attention.add(output.attention);
    }
    return { probabilities: probabilities.value!, attention: attention.value };
  }

  select(places: Int32Array): void {
    for (const model of this.#models) model.select(places);
  }
}

/** Accumulates the mean of arrays in double precision. */
class Mean {
  #sums: Float64Array | undefined;
  #count = 0;

  add(values: Float32Array): void {
    const sums = this.#sums ??= new Float64Array(values.length);
    for (let i = 0; i < values.length; i++) sums[i] += values[i];
    this.#count++;
  }

  /** The mean; `undefined` if no array was added. */
  get value(): Float32Array | undefined {
    return this.#sums && Float32Array.from(this.#sums, (sum) => sum / this.#count);
  }
}

/** Permutes attention weights `[B, K, S]` to `[K, B, S]`. */
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
