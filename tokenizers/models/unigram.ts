import { InputRangeError, InputSyntaxError } from "../../errors.ts";
import { brief, type JSONFields } from "../json_fields.ts";
import { SeededRandom } from "../random.ts";
import { byteToken } from "./bpe.ts";
import { Lattice } from "./lattice.ts";
import { refuseUnknown } from "./refuse_unknown.ts";
import type { Segmentation } from "./segmentation.ts";
import { UNKNOWN } from "./lattice_edges.ts";
import type { Model, TokenSink } from "./model.ts";
import { checkOptions, FLAG, type Kinds, LIST, NUMBER, OBJECT } from "../options.ts";

/** Settings for sampling segmentations. */
export interface UnigramSampling {
  /**
   * Exponent applied to the probabilities: 1 samples from the model's distribution, 0 uniformly; larger values favor
   * the best segmentation. Typical values with SentencePiece are 0.1 to 0.5.
   */
  readonly alpha: number;
  /** Sample only from this many best segmentations. Default: all. */
  readonly nBest?: number;
  /** Seed of the sampling. Default: 0. */
  readonly seed?: number;
}

/** The parameters of a {@linkcode Unigram} model. */
export interface UnigramOptions {
  /**
   * The tokens and their scores (natural log-probabilities); a token's index is its id. Of equal tokens, the last
   * counts.
   */
  readonly pieces: readonly (readonly [token: string, score: number])[];
  /** The id for characters outside the vocabulary. Default: none; such characters are errors. */
  readonly unknownId?: number;
  /** Whether to encode unknown characters as byte tokens such as `<0xE2>`. Default: false. */
  readonly byteFallback?: boolean;
  /** Sample segmentations instead of taking the best. */
  readonly sampling?: UnigramSampling;
}

const SAMPLING_KINDS: Kinds<UnigramSampling> = { alpha: NUMBER, nBest: NUMBER, seed: NUMBER };

const KINDS: Kinds<UnigramOptions> = { pieces: LIST, unknownId: NUMBER, byteFallback: FLAG, sampling: OBJECT };

/**
 * The unigram language model (Kudo 2018, "Subword Regularization"). Segments a piece into the tokens with the greatest
 * product of probabilities, in time linear in the piece (Viterbi's algorithm). An unknown character scores 10 below the
 * lowest-scoring token; consecutive unknown characters become one unknown token, or their bytes if all of those are
 * tokens.
 *
 * With `sampling`, used for training, segmentations are sampled instead.
 *
 * @example
 * ```ts
 * import { models } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = [["<unk>", 0], ["h", -4], ["u", -4], ["g", -4], ["ug", -3], ["hug", -5]] as const;
 * const model = new models.Unigram({ pieces, unknownId: 0 });
 * const ids: number[] = [];
 * model.tokenize("hugug!?", { push: (id) => ids.push(id) });
 * assertEquals(ids, [5, 4, 0]);
 * ```
 */
export class Unigram implements Model {
  /** `"Unigram"` */
  readonly type = "Unigram";
  /** The tokens and their ids. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** The tokens and their scores; a token's index is its id. */
  readonly pieces: readonly (readonly [token: string, score: number])[];
  /** The id for characters outside the vocabulary. */
  readonly unknownId: number | undefined;
  /** Whether unknown characters are encoded as bytes. */
  readonly byteFallback: boolean;
  /** The sampling settings; `undefined` if the best segmentation is used. */
  readonly sampling: UnigramSampling | undefined;
  readonly #lattice: Lattice;
  readonly #random: SeededRandom;
  readonly #bytes: readonly (number | undefined)[];

  /**
   * Creates a model with these pieces.
   *
   * @throws {RangeError} If there are no pieces, a score is not finite, or an option is invalid.
   */
  constructor(options: UnigramOptions) {
    const { pieces, unknownId, byteFallback = false, sampling } = checkOptions(
      "build a Unigram model",
      options,
      KINDS,
      ["pieces"],
    );
    if (sampling !== undefined) checkOptions("sample a Unigram model", sampling, SAMPLING_KINDS, ["alpha"]);
    this.vocabulary = new Map(pieces.map(([token], id) => [token, id]));
    this.pieces = pieces;
    this.unknownId = unknownId;
    this.byteFallback = byteFallback;
    this.sampling = sampling;
    this.#check();
    this.#lattice = new Lattice(pieces.map(([token]) => token), Float64Array.from(pieces, ([, score]) => score));
    this.#random = new SeededRandom(sampling?.seed ?? 0);
    this.#bytes = Array.from({ length: 256 }, (_, byte) => this.vocabulary.get(byteToken(byte)));
  }

  /** True without sampling. */
  get isDeterministic(): boolean {
    return this.sampling === undefined || this.sampling.nBest === 1;
  }

  /** Reads the model from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): Unigram {
    const path = `read a tokenizer: ${fields.path}.vocab`;
    const pieces = fields.array("vocab").map((piece, id) => readPiece(piece, `${path}[${id}]`));
    if (pieces.length === 0) throw fields.error("vocab", "at least one token");
    const unknownId = fields.isAbsent("unk_id") ? undefined : fields.count("unk_id");
    if (unknownId !== undefined && unknownId >= pieces.length) {
      throw fields.error("unk_id", `the id of one of ${pieces.length} tokens`);
    }
    return new Unigram({ pieces, unknownId, byteFallback: fields.boolean("byte_fallback", false) });
  }

  /**
   * Tokenizes a piece. Each byte token covers the whole run of unknown characters, as in Hugging Face's tokenizers.
   *
   * @throws {RangeError} If a character is unknown and there is no unknown token.
   */
  tokenize(piece: string, tokens: TokenSink): void {
    const { pieces } = this.#segment(piece);
    let unknownStart = -1;
    let start = 0;
    for (let i = 0; i < pieces.length; i += 2) {
      const [id, end] = [pieces[i], pieces[i + 1]];
      const isUnknown = id === UNKNOWN || id === this.unknownId;
      if (isUnknown && unknownStart < 0) unknownStart = start;
      if (!isUnknown) {
        if (unknownStart >= 0) this.#pushUnknown(piece, unknownStart, start, tokens);
        unknownStart = -1;
        tokens.push(id, start, end);
      }
      start = end;
    }
    if (unknownStart >= 0) this.#pushUnknown(piece, unknownStart, start, tokens);
  }

  /**
   * The log-probability of a piece, summed over all its segmentations. Over the pieces of a text, it measures how well
   * the vocabulary fits. An unknown character scores 10 below the least likely token.
   */
  logProbability(piece: string): number {
    return this.#lattice.logSum(piece);
  }

  /** The log-probability of a piece's best segmentation alone. */
  bestLogProbability(piece: string): number {
    return this.#lattice.best(piece).score;
  }

  /** The same model without these tokens. */
  without(tokens: ReadonlySet<string>): Unigram {
    const { unknownId, byteFallback, sampling } = this;
    // No part of a text is empty, so an empty piece keeps its id and is never found.
    const pieces = this.pieces.map(([token, score]) => [tokens.has(token) ? "" : token, score] as const);
    return new Unigram({ pieces, unknownId, byteFallback, sampling });
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return {
      type: this.type,
      unk_id: this.unknownId ?? null,
      vocab: this.pieces,
      byte_fallback: this.byteFallback,
    };
  }

  #check(): void {
    const { pieces, unknownId, sampling } = this;
    const expected = (what: string, found: unknown): RangeError =>
      new InputRangeError(`build a Unigram model: expected ${what}, found ${brief(found)}`);
    if (pieces.length === 0) throw expected("at least one piece", pieces);
    const endless = pieces.find(([, score]) => !Number.isFinite(score));
    if (endless !== undefined) throw expected(`a finite score for ${brief(endless[0])}`, String(endless[1]));
    if (unknownId !== undefined && pieces[unknownId] === undefined) {
      throw expected(`unknownId to be the id of one of ${pieces.length} pieces`, unknownId);
    }
    if (sampling === undefined) return;
    const { alpha, nBest = 1 } = sampling;
    if (!(Number.isFinite(alpha) && alpha >= 0)) throw expected("a sampling.alpha of at least 0", String(alpha));
    if (!(Number.isSafeInteger(nBest) && nBest >= 1)) throw expected("a sampling.nBest of at least 1", String(nBest));
  }

  #segment(piece: string): Segmentation {
    if (this.sampling === undefined) return this.#lattice.best(piece);
    const { alpha, nBest } = this.sampling;
    return nBest === undefined
      ? this.#lattice.sample(piece, alpha, this.#random)
      : draw(this.#lattice.nBest(piece, nBest), alpha, this.#random);
  }

  /** Appends the tokens of an unknown part: its bytes or the unknown token. */
  #pushUnknown(piece: string, start: number, end: number, tokens: TokenSink): void {
    const part = piece.slice(start, end);
    const whole = this.vocabulary.get(part);
    if (whole !== undefined) return tokens.push(whole, start, end);
    const bytes = this.byteFallback ? Array.from(new TextEncoder().encode(part), (byte) => this.#bytes[byte]) : [];
    if (bytes.length > 0 && !bytes.includes(undefined)) {
      for (const id of bytes) tokens.push(id!, start, end);
      return;
    }
    if (this.unknownId === undefined) refuseUnknown(tokens, "characters", part);
    else tokens.push(this.unknownId, start, end);
  }
}

function draw(segmentations: readonly Segmentation[], alpha: number, random: SeededRandom): Segmentation {
  const weights = segmentations.map(({ score }) => Math.exp(alpha * (score - segmentations[0].score)));
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  const drawn = weights.findIndex((weight) => (left -= weight) < 0);
  return segmentations[Math.max(drawn, 0)];
}

function readPiece(piece: unknown, place: string): [token: string, score: number] {
  if (!Array.isArray(piece) || piece.length !== 2 || typeof piece[0] !== "string" || typeof piece[1] !== "number") {
    throw new InputSyntaxError(`${place}: expected a token and its score, found ${brief(piece)}`);
  }
  const [token, score] = piece;
  if (Number.isFinite(score)) return [token, score];
  throw new InputRangeError(`${place}: expected a finite score, found ${score}`);
}
