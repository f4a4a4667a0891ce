import type { JSONFields } from "../json_fields.ts";
import type { Model, TokenSink } from "./model.ts";
import { refuseUnknown } from "./refuse_unknown.ts";
import { vocabularyFromJSON } from "./vocabulary_json.ts";
import { vocabularyWithout } from "./vocabulary_without.ts";
import { checkOptions, instanceOf, type Kinds, TEXT } from "../options.ts";

/** The parameters of a {@linkcode WordLevel} model. */
export interface WordLevelOptions {
  /** The tokens and their ids. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** The token for pieces outside the vocabulary. If the vocabulary lacks this token too, such pieces are errors. */
  readonly unknownToken: string;
}

const KINDS: Kinds<WordLevelOptions> = { vocabulary: instanceOf(Map), unknownToken: TEXT };

/**
 * Maps each piece to one token.
 *
 * @example
 * ```ts
 * import { models } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const model = new models.WordLevel({ vocabulary: new Map([["<unk>", 0], ["cat", 1]]), unknownToken: "<unk>" });
 * const ids: number[] = [];
 * for (const piece of ["cat", "dog"]) model.tokenize(piece, { push: (id) => ids.push(id) });
 * assertEquals(ids, [1, 0]);
 * ```
 */
export class WordLevel implements Model {
  /** `"WordLevel"` */
  readonly type = "WordLevel";
  /** Always true: a piece has one token. */
  readonly isDeterministic = true;
  /** The tokens and their ids. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** The token for pieces outside the vocabulary. */
  readonly unknownToken: string;

  /** Creates a model with this vocabulary. */
  constructor(options: WordLevelOptions) {
    const { vocabulary, unknownToken } = checkOptions("build a WordLevel model", options, KINDS, [
      "vocabulary",
      "unknownToken",
    ]);
    this.vocabulary = vocabulary;
    this.unknownToken = unknownToken;
  }

  /** The id of the unknown token, if the vocabulary has it. */
  get unknownId(): number | undefined {
    return this.vocabulary.get(this.unknownToken);
  }

  /** Reads the model from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): WordLevel {
    return new WordLevel({ vocabulary: vocabularyFromJSON(fields), unknownToken: fields.string("unk_token") });
  }

  /**
   * Tokenizes a piece.
   *
   * @throws {RangeError} If the vocabulary has neither the piece nor the unknown token.
   */
  tokenize(piece: string, tokens: TokenSink): void {
    const id = this.vocabulary.get(piece) ?? this.unknownId;
    if (id === undefined) refuseUnknown(tokens, "words", piece, this.unknownToken);
    else tokens.push(id, 0, piece.length);
  }

  /** The same model without these tokens, except the unknown one. */
  without(tokens: ReadonlySet<string>): WordLevel {
    const { unknownToken } = this;
    return new WordLevel({ vocabulary: vocabularyWithout(this.vocabulary, tokens, unknownToken), unknownToken });
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    const vocab = Object.fromEntries([...this.vocabulary].sort(([, a], [, b]) => a - b));
    return { type: this.type, vocab, unk_token: this.unknownToken };
  }
}
