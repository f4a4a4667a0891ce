import {
  add,
  dropout,
  type Engine,
  gather,
  initialiseNormal,
  Linear,
  Module,
  Random,
  type RecurrentState,
  relu,
  reshape,
  type Tensor,
  tensor,
} from "../../src/nn/mod.ts";
import { LanguageNetwork } from "../language_modeling/mod.ts";
import type { MusicConfig } from "./hyperparameters.ts";

/** Options of a `MusicNetwork`. */
export interface MusicNetworkOptions {
  /** The engine that holds the parameters. */
  readonly engine: Engine;
  /** Number of ids V. */
  readonly vocabSize: number;
  /** Number of features C that describe where a group stands. */
  readonly features: number;
  /** Number of features I that describe a token within its group; 0 if every token is a group. */
  readonly insideFeatures: number;
  /** Seed of the initial weights. */
  readonly seed: number;
}

/** The input of the recurrent layers: T groups of tokens of B pieces side by side. */
export interface MusicInputs {
  /** Number of groups T of each piece. */
  readonly T: number;
  /** Number of pieces B. */
  readonly B: number;
  /** The last token before each group [T, B]. */
  readonly ids: Int32Array;
  /** The features of the places of the groups [T, B, C]. */
  readonly features: Float32Array;
}

/** N tokens to predict. */
export interface TokenPlaces {
  /** The group of each token, as a row of [T, B]: t B + b. */
  readonly rows: Int32Array;
  /** The features of each token within its group [N, I]. */
  readonly inside: Float32Array;
  /** 0 for a token that is possible there, and a large negative number for the others [N, V]. */
  readonly bans: Float32Array;
}

/** Added to the logits of impossible tokens; their probabilities are exactly 0. */
export const BAN = -1e9;

/**
 * A language network that takes a step for each group of tokens, such as the pitches of a time step, and knows where
 * the group stands: its input is the embedding of the token before it plus a linear map of the features of its place.
 * The tokens of a group are predicted one after the other from the hidden state h and the features x of what the group
 * has so far, by relu(A h + B x + C p + b), where p are the features of the place. Impossible tokens have no
 * probability.
 *
 * @example
 * ```ts
 * import { MusicModel, PipelineTokenizer, presets } from "@elman/elman";
 * import type { MusicNetwork } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = await PipelineTokenizer.train(["."], presets.steps({ lowest: 60, highest: 72 }));
 * const network: MusicNetwork = MusicModel.create({ tokenizer, embed: 4, hidden: 8 }).network;
 * assertEquals(network.language.embedding.weight.shape, [tokenizer.size + 1, 4]); // The beginning has an id too.
 * ```
 */
export class MusicNetwork extends Module {
  /** The embedding, the recurrent layers and the decoder. */
  readonly language: LanguageNetwork;
  /** Maps the features of a place [C] to a vector [E]. */
  readonly place: Linear;
  /** A and b, which map hidden states. */
  readonly state: Linear;
  /** B, which maps the features of a token within its group [I]; undefined if every token is a group. */
  readonly inside: Linear | undefined;
  /** C, which maps the features of a place [C] past the recurrent layers. */
  readonly skip: Linear;
  #dropout: number;

  /** Initializes the weights from the seed. */
  constructor(config: MusicConfig, { engine, vocabSize, features, insideFeatures, seed }: MusicNetworkOptions) {
    super();
    this.language = new LanguageNetwork({ ...config, ...FIXED, vocabSize }, { engine, seed });
    const options = { engine, random: new Random(seed, { engine, stream: 1 }) };
    this.place = new Linear({ input: features, output: config.embed, bias: false, ...options });
    const H = this.language.rnn.projected;
    this.state = new Linear({ input: H, output: H, ...options });
    this.inside = insideFeatures === 0
      ? undefined
      : new Linear({ input: insideFeatures, output: H, bias: false, ...options });
    this.skip = new Linear({ input: features, output: H, bias: false, ...options });
    // Few features hold at a time, so that weights by the number of all of them would be far too small.
    for (const layer of [this.place, this.inside, this.skip]) {
      if (layer) initialiseNormal(layer.weight, FEATURE_SCALE, options.random);
    }
    this.#dropout = config.dropout;
  }

  /** The engine that holds the parameters. */
  get engine(): Engine {
    return this.place.weight.engine;
  }

  /** Reads groups: computes what their tokens share [T, B, H], and the state after the last. */
  read({ T, B, ids, features }: MusicInputs, state?: RecurrentState): { hidden: Tensor; state: RecurrentState } {
    const { engine, language } = this;
    const places = tensor(features, [T, B, features.length / (T * B)], { engine });
    const vectors = add(language.embedding.forward(ids, [T, B]), this.place.forward(places));
    const { output, state: next } = language.readEmbedded(vectors, state);
    return { hidden: add(this.state.forward(output), this.skip.forward(places)), state: next };
  }

  /** Computes the logits [N, V] of tokens from what their groups share [T, B, H]. */
  decode(hidden: Tensor, { rows, inside, bans }: TokenPlaces): Tensor {
    const { engine } = this;
    const N = rows.length;
    const H = hidden.shape.at(-1)!;
    const shared = gather(reshape(hidden, [hidden.size / H, H]), rows);
    const own = this.inside && tensor(inside, [N, inside.length / N], { engine });
    return add(this.score(shared, own), tensor(bans, [N, bans.length / N], { engine }));
  }

  /**
   * Computes the logits [..., V] of tokens before any is banned, from what the group of each shares with the others
   * [..., H] and the features of each within its group [..., I].
   */
  score(shared: Tensor, inside?: Tensor): Tensor {
    const own = this.inside && inside && this.inside.forward(inside);
    const inputs = dropout(relu(own ? add(shared, own) : shared), this.#dropout);
    return this.language.decoder.forward(inputs);
  }
}

/** Standard deviation of the initial weights of features. */
const FEATURE_SCALE = 0.2;

/** The fields of a language model's configuration that music leaves alone. */
const FIXED = { tied: false, embedDropout: 0, inputDropout: null, hiddenDropout: null, outputDropout: null } as const;
