import { InputRangeError, InputSyntaxError } from "../../errors.ts";
import { grownInts } from "../grown.ts";
import { brief, type JSONFields } from "../json_fields.ts";
import { MAX_AFFIX_LENGTH } from "../limits.ts";
import { SeededRandom } from "../random.ts";
import { MergeTable } from "./merge_table.ts";
import { Merger } from "./merger.ts";
import { refuseUnknown } from "./refuse_unknown.ts";
import { bpeJSON } from "../tokenizer_json.ts";
import type { Model, TokenSink } from "./model.ts";
import { vocabularyFromJSON } from "./vocabulary_json.ts";
import { vocabularyWithout } from "./vocabulary_without.ts";
import { checkOptions, FLAG, instanceOf, type Kinds, LIST, NUMBER, TEXT } from "../options.ts";

/** The parameters of a {@linkcode BPE} model. */
export interface BPEOptions {
  /** The tokens and their ids: the characters and the results of the merges. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** The merges, in order of priority. */
  readonly merges: readonly (readonly [left: string, right: string])[];
  /** The token for characters outside the vocabulary. Default: none; such characters are dropped. */
  readonly unknownToken?: string;
  /** The prefix of tokens that continue a word, such as `"##"`. */
  readonly continuingSubwordPrefix?: string;
  /** The suffix of tokens that end a word, such as `"</w>"`. */
  readonly endOfWordSuffix?: string;
  /** Whether to fuse consecutive unknown characters into one token. Default: false. */
  readonly fuseUnknown?: boolean;
  /** Whether to encode unknown characters as byte tokens such as `<0xE2>`. Default: false. */
  readonly byteFallback?: boolean;
  /** Whether to keep a piece that is itself a token whole, without applying merges. Default: false. */
  readonly ignoreMerges?: boolean;
  /** Probability of skipping a merge, so that training sees several segmentations of a word. Default: 0. */
  readonly dropout?: number;
  /** Seed of the dropout; not saved in a `tokenizer.json`. Default: 0. */
  readonly seed?: number;
}

const KINDS: Kinds<BPEOptions> = {
  vocabulary: instanceOf(Map),
  merges: LIST,
  unknownToken: TEXT,
  continuingSubwordPrefix: TEXT,
  endOfWordSuffix: TEXT,
  fuseUnknown: FLAG,
  byteFallback: FLAG,
  ignoreMerges: FLAG,
  dropout: NUMBER,
  seed: NUMBER,
};

let mergesOf: (model: BPE) => MergeTable;

/**
 * Byte-pair encoding (Sennrich, Haddow and Birch 2016). Starts from the single characters of a piece and repeatedly
 * merges the adjacent pair of lowest rank, leftmost first, until no merge applies. With dropout, merges are skipped at
 * random (Provilkov, Emelianenko and Voita 2020).
 *
 * @example
 * ```ts
 * import { models } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const vocabulary = new Map([["h", 0], ["u", 1], ["g", 2], ["ug", 3], ["hug", 4]]);
 * const model = new models.BPE({ vocabulary, merges: [["u", "g"], ["h", "ug"]] });
 * const ids: number[] = [];
 * model.tokenize("hugug", { push: (id) => ids.push(id) });
 * assertEquals(ids, [4, 3]);
 * ```
 */
export class BPE implements Model {
  static {
    mergesOf = (model) => model.#table;
  }

  /** `"BPE"` */
  readonly type = "BPE";
  /** The tokens and their ids. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** The merges, in order of priority. */
  readonly merges: readonly (readonly [left: string, right: string])[];
  /** The other parameters. */
  readonly options: Readonly<Omit<BPEOptions, "vocabulary" | "merges">>;
  readonly #table: MergeTable;
  readonly #merger: Merger;
  readonly #random: SeededRandom;
  /** The ids of the byte tokens; empty without byte fallback. */
  readonly #bytes: readonly (number | undefined)[];
  /** Start and end of each symbol of the current piece. */
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #symbols = 0;

  /**
   * Creates a model with this vocabulary.
   *
   * @throws {RangeError} If a merge takes or makes a token that is not in the vocabulary, the dropout is not from 0
   * to 1, or the prefix or the suffix is too long.
   */
  constructor(parts: BPEOptions) {
    const { vocabulary, merges, ...options } = checkOptions("build a BPE model", parts, KINDS, [
      "vocabulary",
      "merges",
    ]);
    const { continuingSubwordPrefix = "", dropout = 0, seed = 0, byteFallback = false } = options;
    for (const name of ["continuingSubwordPrefix", "endOfWordSuffix"] as const) {
      const { length } = options[name] ?? "";
      if (length <= MAX_AFFIX_LENGTH) continue;
      throw new InputRangeError(
        `build a BPE model: ${name}: expected at most ${MAX_AFFIX_LENGTH} code units, found ${length}`,
      );
    }
    this.vocabulary = vocabulary;
    this.merges = merges;
    this.options = options;
    if (!(dropout >= 0 && dropout <= 1)) {
      throw new InputRangeError(`build a BPE model: dropout: expected 0 to 1, found ${dropout}`);
    }
    this.#table = new MergeTable(mergeIds(vocabulary, merges, continuingSubwordPrefix.length));
    this.#merger = new Merger(this.#table);
    this.#random = new SeededRandom(seed);
    this.#bytes = Array.from({ length: byteFallback ? 256 : 0 }, (_, byte) => vocabulary.get(byteToken(byte)));
  }

  /** The id for characters outside the vocabulary. */
  get unknownId(): number | undefined {
    const { unknownToken } = this.options;
    return unknownToken === undefined ? undefined : this.vocabulary.get(unknownToken);
  }

  /** True without dropout. */
  get isDeterministic(): boolean {
    return (this.options.dropout ?? 0) === 0;
  }

  /**
   * Reads the model from a `tokenizer.json`.
   *
   * @throws {SyntaxError} If a field is missing or of the wrong type.
   * @throws {RangeError} As the constructor, or if an id is not an integer of at least 0 or occurs twice.
   */
  static fromJSON(fields: JSONFields): BPE {
    return new BPE({
      vocabulary: vocabularyFromJSON(fields),
      merges: fields.array("merges").map((merge, index) => readMerge(merge, `${fields.path}.merges[${index}]`)),
      unknownToken: fields.optionalString("unk_token"),
      continuingSubwordPrefix: fields.optionalString("continuing_subword_prefix"),
      endOfWordSuffix: fields.optionalString("end_of_word_suffix"),
      fuseUnknown: fields.boolean("fuse_unk", false),
      byteFallback: fields.boolean("byte_fallback", false),
      ignoreMerges: fields.boolean("ignore_merges", false),
      dropout: fields.optionalNumber("dropout"),
    });
  }

  /**
   * Tokenizes a piece. An unpaired surrogate is treated as U+FFFD.
   *
   * @throws {RangeError} If the piece has an unknown character and the unknown token is not in the vocabulary either.
   */
  tokenize(piece: string, tokens: TokenSink): void {
    const text = piece.toWellFormed();
    const { ignoreMerges = false, dropout } = this.options;
    const whole = ignoreMerges && this.isDeterministic ? this.vocabulary.get(text) : undefined;
    if (whole !== undefined) return tokens.push(whole, 0, text.length);
    this.#addCharacters(text, tokens);
    const merger = this.#merger;
    const count = merger.merge(dropout, this.#random);
    for (let i = 0; i < count; i++) {
      tokens.push(merger.id(i), this.#starts[merger.first(i)], this.#ends[merger.first(i + 1) - 1]);
    }
  }

  /**
   * The same model without these tokens, except the unknown one and, if there is no unknown token, single characters,
   * which could not be written otherwise.
   */
  without(tokens: ReadonlySet<string>): BPE {
    const { unknownToken, continuingSubwordPrefix = "" } = this.options;
    const isRemoved = (token: string): boolean =>
      tokens.has(token) && (unknownToken !== undefined || [...token].length > 1);
    const removed = new Set([...this.vocabulary.keys()].filter(isRemoved));
    const vocabulary = vocabularyWithout(this.vocabulary, removed, unknownToken);
    if (vocabulary === this.vocabulary) return this;
    const prefix = continuingSubwordPrefix.length;
    const merges = this.merges.filter(([left, right]) =>
      [left, right, left + right.slice(prefix)].every((token) => vocabulary.has(token))
    );
    return new BPE({ ...this.options, vocabulary, merges });
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    const { options } = this;
    return bpeJSON({
      dropout: options.dropout,
      unk_token: options.unknownToken,
      continuing_subword_prefix: options.continuingSubwordPrefix,
      end_of_word_suffix: options.endOfWordSuffix,
      fuse_unk: options.fuseUnknown,
      byte_fallback: options.byteFallback,
      ignore_merges: options.ignoreMerges,
      vocab: new Map([...this.vocabulary].sort(([, a], [, b]) => a - b)),
      merges: this.merges,
    });
  }

  /** Adds the initial symbols of a piece. */
  #addCharacters(piece: string, tokens: TokenSink): void {
    const { continuingSubwordPrefix = "", endOfWordSuffix = "", unknownToken, fuseUnknown } = this.options;
    this.#merger.clear();
    this.#symbols = 0;
    // As in the reference implementation, an unknown symbol is emitted only when the next character is known or
    // unknown: bytes overtake it.
    let [unknownStart, unknownEnd] = [-1, -1];
    const addUnknown = (): void => {
      if (unknownStart >= 0) {
        const { unknownId } = this;
        if (unknownId !== undefined) this.#add(unknownId, unknownStart, unknownEnd);
        else refuseUnknown(tokens, "characters", piece.slice(unknownStart, unknownEnd), unknownToken);
      }
      unknownStart = -1;
    };
    for (let at = 0, end = 0; at < piece.length; at = end) {
      end = at + (piece.codePointAt(at)! > 0xffff ? 2 : 1);
      const prefix = at > 0 ? continuingSubwordPrefix : "";
      const suffix = end === piece.length ? endOfWordSuffix : "";
      const symbol = prefix + piece.slice(at, end) + suffix;
      const id = this.vocabulary.get(symbol);
      if (id !== undefined) {
        addUnknown();
        this.#add(id, at, end);
      } else if (!this.#addBytes(symbol, at, end) && unknownToken !== undefined) {
        if (!fuseUnknown) addUnknown();
        if (unknownStart < 0) unknownStart = at;
        unknownEnd = end;
      }
    }
    addUnknown();
  }

  /** Adds a symbol's bytes if all of them are tokens; returns whether they are. */
  #addBytes(symbol: string, start: number, end: number): boolean {
    if (this.#bytes.length === 0) return false;
    const ids = Array.from(new TextEncoder().encode(symbol), (byte) => this.#bytes[byte]);
    if (ids.includes(undefined)) return false;
    for (const id of ids) this.#add(id!, start, end);
    return true;
  }

  #add(id: number, start: number, end: number): void {
    if (this.#symbols === this.#starts.length) {
      this.#starts = grownInts(this.#starts, 2 * this.#symbols);
      this.#ends = grownInts(this.#ends, 2 * this.#symbols);
    }
    this.#merger.add(id);
    this.#starts[this.#symbols] = start;
    this.#ends[this.#symbols++] = end;
  }
}

/** The merges of a model by token id. */
export function mergeTableOf(model: BPE): MergeTable {
  return mergesOf(model);
}

/** Formats a byte as a token: `<0x0A>`. */
export function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

/** Converts merges to ids. A merge drops the prefix of the right token; `prefix` is its length in code units. */
function mergeIds(
  vocabulary: ReadonlyMap<string, number>,
  merges: BPEOptions["merges"],
  prefix: number,
): [number, number, number][] {
  return merges.map(([left, right], index) => {
    const id = (piece: string): number => {
      const id = vocabulary.get(piece);
      if (id !== undefined) return id;
      const found = `${brief([left, right])}; the vocabulary lacks ${brief(piece)}`;
      throw new InputRangeError(
        `build a BPE model: merges[${index}]: expected pieces of the vocabulary, found ${found}`,
      );
    };
    return [id(left), id(right), id(left + right.slice(prefix))];
  });
}

/** Reads a merge: a list of two tokens or, in older files, a string with a space between them. */
function readMerge(merge: unknown, path: string): [string, string] {
  const pieces = typeof merge === "string" ? merge.split(" ") : merge;
  if (Array.isArray(pieces) && pieces.length === 2 && pieces.every((piece) => typeof piece === "string")) {
    return [pieces[0], pieces[1]];
  }
  throw new InputSyntaxError(`read a tokenizer: ${path}: expected two pieces, found ${brief(merge)}`);
}
