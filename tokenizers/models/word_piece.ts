import { InputRangeError } from "../../errors.ts";
import type { JSONFields } from "../json_fields.ts";
import { MAX_LOOKUP_LENGTH } from "../limits.ts";
import type { Model, TokenSink } from "./model.ts";
import { refuseUnknown } from "./refuse_unknown.ts";
import { Trie } from "./trie.ts";
import { vocabularyFromJSON } from "./vocabulary_json.ts";
import { vocabularyWithout } from "./vocabulary_without.ts";
import { checkOptions, instanceOf, type Kinds, NUMBER, TEXT } from "../options.ts";

/** The parameters of a {@linkcode WordPiece} model. */
export interface WordPieceOptions {
  /** The tokens and their ids. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** The token for words that cannot be segmented. Default: `"[UNK]"`. */
  readonly unknownToken?: string;
  /** The prefix of tokens that continue a word. Default: `"##"`. */
  readonly continuingSubwordPrefix?: string;
  /** Words of more characters than this become the unknown token. Default: 100. */
  readonly maxInputCharsPerWord?: number;
}

const KINDS: Kinds<WordPieceOptions> = {
  vocabulary: instanceOf(Map),
  unknownToken: TEXT,
  continuingSubwordPrefix: TEXT,
  maxInputCharsPerWord: NUMBER,
};

/**
 * WordPiece as in BERT (Devlin et al. 2019): greedy longest match from the start of the word. A word that cannot be
 * segmented becomes a single unknown token.
 *
 * @example
 * ```ts
 * import { models } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const vocabulary = new Map([["[UNK]", 0], ["un", 1], ["##seen", 2], ["##see", 3], ["##n", 4]]);
 * const model = new models.WordPiece({ vocabulary });
 * const ids: number[] = [];
 * for (const word of ["unseen", "seen"]) model.tokenize(word, { push: (id) => ids.push(id) });
 * assertEquals(ids, [1, 2, 0]);
 * ```
 */
export class WordPiece implements Model {
  /** `"WordPiece"` */
  readonly type = "WordPiece";
  /** Always true. */
  readonly isDeterministic = true;
  /** The tokens and their ids. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** The token for words that cannot be segmented. */
  readonly unknownToken: string;
  /** The prefix of tokens that continue a word. */
  readonly continuingSubwordPrefix: string;
  /** Words of more characters than this become the unknown token. */
  readonly maxInputCharsPerWord: number;
  readonly #first: Trie;
  readonly #rest: Trie;

  /**
   * Creates a model with this vocabulary.
   *
   * @throws {RangeError} If both words and tokens may have more than 512 characters.
   */
  constructor(options: WordPieceOptions) {
    const { vocabulary, unknownToken = "[UNK]", continuingSubwordPrefix = "##", maxInputCharsPerWord = 100 } =
      checkOptions("build a WordPiece model", options, KINDS, ["vocabulary"]);
    this.vocabulary = vocabulary;
    this.unknownToken = unknownToken;
    this.continuingSubwordPrefix = continuingSubwordPrefix;
    this.maxInputCharsPerWord = maxInputCharsPerWord;
    this.#checkLengths();
    const rest = [...vocabulary].filter(([token]) => token.startsWith(continuingSubwordPrefix));
    this.#first = new Trie(vocabulary);
    this.#rest = new Trie(rest.map(([token, id]) => [token.slice(continuingSubwordPrefix.length), id]));
  }

  /** The id of the unknown token, if the vocabulary has it. */
  get unknownId(): number | undefined {
    return this.vocabulary.get(this.unknownToken);
  }

  /** Reads the model from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): WordPiece {
    return new WordPiece({
      vocabulary: vocabularyFromJSON(fields),
      unknownToken: fields.string("unk_token"),
      continuingSubwordPrefix: fields.string("continuing_subword_prefix"),
      maxInputCharsPerWord: fields.count("max_input_chars_per_word"),
    });
  }

  /**
   * Tokenizes a word.
   *
   * @throws {RangeError} If the word cannot be segmented and the vocabulary lacks the unknown token.
   */
  tokenize(piece: string, tokens: TokenSink): void {
    const found = isLongerThan(piece, this.maxInputCharsPerWord) ? undefined : this.#match(piece);
    if (found === undefined) {
      if (this.unknownId === undefined) refuseUnknown(tokens, "words made of pieces", piece, this.unknownToken);
      else tokens.push(this.unknownId, 0, piece.length);
      return;
    }
    for (let i = 0; i < found.length; i += 2) tokens.push(found[i], i === 0 ? 0 : found[i - 1], found[i + 1]);
  }

  /** The same model without these tokens, except the unknown one. */
  without(tokens: ReadonlySet<string>): WordPiece {
    const { unknownToken, continuingSubwordPrefix, maxInputCharsPerWord } = this;
    const vocabulary = vocabularyWithout(this.vocabulary, tokens, unknownToken);
    return new WordPiece({ vocabulary, unknownToken, continuingSubwordPrefix, maxInputCharsPerWord });
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return {
      type: this.type,
      unk_token: this.unknownToken,
      continuing_subword_prefix: this.continuingSubwordPrefix,
      max_input_chars_per_word: this.maxInputCharsPerWord,
      vocab: Object.fromEntries([...this.vocabulary].sort(([, a], [, b]) => a - b)),
    };
  }

  /** The id and end of each token; `undefined` if some part matches no token. */
  #match(piece: string): number[] | undefined {
    const found: number[] = [];
    for (let start = 0; start < piece.length; start = found[found.length - 1]) {
      const trie = start === 0 ? this.#first : this.#rest;
      let [id, end, node] = [-1, 0, 0];
      for (let at = start; at < piece.length && node >= 0; at++) {
        node = trie.child(node, piece.charCodeAt(at));
        const value = node < 0 ? -1 : trie.value(node);
        if (value >= 0) [id, end] = [value, at + 1];
      }
      if (id < 0 || end === start) return undefined;
      found.push(id, end);
    }
    return found;
  }

  /** Throws `RangeError` if words and tokens may be so long that a word's time is not proportional to its length. */
  #checkLengths(): void {
    if (this.maxInputCharsPerWord <= MAX_LOOKUP_LENGTH) return;
    const long = this.vocabulary.keys().find((token) => token.length > MAX_LOOKUP_LENGTH);
    if (long === undefined) return;
    const expected = `at most ${MAX_LOOKUP_LENGTH} for a vocabulary with a token of ${long.length} characters`;
    throw new InputRangeError(
      `build a WordPiece model: max_input_chars_per_word: expected ${expected}, found ${this.maxInputCharsPerWord}`,
    );
  }
}

/** Whether a string has more characters (code points) than a limit. */
function isLongerThan(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  let count = 0;
  for (let at = 0; at < text.length && count <= limit; count++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return count > limit;
}
