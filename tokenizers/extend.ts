import { InputRangeError } from "../errors.ts";
import { CharTokenizer } from "./char.ts";
import { firstOf } from "./first_of.ts";
import { checkKind, checkOptions, having, type Kinds, NUMBER } from "./options.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { Vocabulary } from "./vocabulary.ts";
import { WordTokenizer } from "./word.ts";

/** Options of {@linkcode extendTokenizer}. */
export interface ExtendOptions {
  /** Maximum number of symbols; keeps the most frequent of the new ones. Default: no limit. */
  vocabSize?: number;
}

const EXTEND = "extend a tokenizer";
const KINDS: Kinds<ExtendOptions> = { vocabSize: NUMBER };

/**
 * Returns a tokenizer with the symbols of a {@linkcode CharTokenizer} or {@linkcode WordTokenizer}, which keep their
 * ids, and after them those that only `other` has, in its order. Special symbols of `other` are not added.
 *
 * @param other A tokenizer of the same kind, trained on the new text.
 * @throws {RangeError} If the tokenizers are of another kind or of different kinds, or if `vocabSize` is smaller than
 * the first one.
 *
 * @example
 * ```ts
 * import { CharTokenizer, extendTokenizer } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = extendTokenizer(CharTokenizer.train("abc"), CharTokenizer.train("café"));
 * assertEquals([...tokenizer.encode("abc")], [0, 1, 2]);
 * assertEquals([...tokenizer.encode("café")], [2, 0, 3, 4]);
 * ```
 */
export function extendTokenizer(tokenizer: Tokenizer, other: Tokenizer, options: ExtendOptions = {}): Tokenizer {
  for (const each of [tokenizer, other]) checkKind(EXTEND, "the tokenizer", each, having("encodePrompt"));
  const { vocabSize } = checkOptions(EXTEND, options, KINDS);
  if (tokenizer instanceof CharTokenizer && other instanceof CharTokenizer) {
    return new CharTokenizer(extended(tokenizer.vocabulary, other.vocabulary, vocabSize));
  }
  if (tokenizer instanceof WordTokenizer && other instanceof WordTokenizer) {
    return new WordTokenizer(extended(tokenizer.vocabulary, other.vocabulary, vocabSize));
  }
  throw new InputRangeError(
    `${EXTEND}: expected two tokenizers of characters or two of words, found ${tokenizer.kind} and ${other.kind}`,
  );
}

/**
 * Whether all symbols of a tokenizer of characters or words have the same ids in another one of its kind. Every
 * tokenizer extends itself.
 */
export function isExtensionOf(tokenizer: Tokenizer, source: Tokenizer): boolean {
  if (tokenizer === source) return true;
  const [own, old] = [tokenizer, source].map((each) =>
    each instanceof CharTokenizer || each instanceof WordTokenizer ? each.vocabulary : undefined
  );
  return own !== undefined && old !== undefined && tokenizer.kind === source.kind && own.unknownId === old.unknownId &&
    old.symbols.every((symbol, id) => own.symbols[id] === symbol);
}

function extended(old: Vocabulary, other: Vocabulary, vocabSize = Infinity): Vocabulary {
  if (!(vocabSize >= old.size)) {
    throw new InputRangeError(`${EXTEND}: expected vocabSize of at least ${old.size}, its size, found ${vocabSize}`);
  }
  const specials = new Set(other.specials);
  const added = other.symbols.filter((symbol) => old.id(symbol) === undefined && !specials.has(symbol));
  const kept = new Set(firstOf(added, vocabSize - old.size, (a, b) => countOf(other, b) - countOf(other, a)));
  const unknown = old.unknownId === undefined ? undefined : old.symbol(old.unknownId);
  return new Vocabulary([...old.symbols, ...added.filter((symbol) => kept.has(symbol))], {
    unknown,
    specials: old.specials,
  });
}

function countOf(vocabulary: Vocabulary, symbol: string): number {
  return vocabulary.count(vocabulary.id(symbol)!) ?? 0;
}
