import { expectOptions, refuse } from "../../src/schema/mod.ts";
import { AlignedText, models, normalizers, patterns, PipelineTokenizer, preTokenizers } from "../../tokenizers/mod.ts";

/** Options of `treebankTokenizer`. */
export interface TreebankOptions {
  /** Minimum number of occurrences of a word in the vocabulary. Default: 1. */
  readonly minCount?: number;
  /** Maximum number of words in the vocabulary; the most frequent are kept. Default: no limit. */
  readonly vocabSize?: number;
  /**
   * Further words for the vocabulary, such as those of word vectors; the first ones are kept if `vocabSize` does not
   * allow all.
   */
  readonly moreWords?: readonly string[];
}

/** The token for words outside the vocabulary. */
const UNKNOWN = "<unk>";

/**
 * Matches a word by the rules of the Penn Treebank and GloVe: "didn't" is split into "did" and "n't", "it's" into "it"
 * and "'s"; hyphens, periods and the like stay within words and numbers; other symbols are words of their own, and
 * repeated ones form one word.
 */
const WORD = [
  "n't(?![\\p{L}\\p{N}])",
  "'(?:s|re|ve|ll|d|m)(?![\\p{L}\\p{N}])",
  "[\\p{L}\\p{M}\\p{N}]+?(?=n't(?![\\p{L}\\p{N}]))",
  "-[lr][rscb]b-",
  "[\\p{L}\\p{M}\\p{N}]+(?:[-.,:/_&][\\p{L}\\p{M}\\p{N}]+)*",
  "\\.+|-+|!+|\\?+|`+|''+",
  "[^\\s\\p{L}\\p{M}\\p{N}]",
].join("|");

function parts(vocabulary: ReadonlyMap<string, number>): ConstructorParameters<typeof PipelineTokenizer>[0] {
  const straight = { pattern: patterns.literalPattern("’"), content: "'" };
  return {
    normalizer: new normalizers.Sequence([
      new normalizers.NFC(),
      new normalizers.Lowercase(),
      new normalizers.Replace(straight),
    ]),
    preTokenizer: new preTokenizers.Sequence([
      new preTokenizers.Split({ pattern: patterns.regexPattern(WORD), behavior: "Removed", invert: true }),
    ]),
    model: new models.WordLevel({ vocabulary, unknownToken: UNKNOWN }),
  };
}

/**
 * Trains a tokenizer of lowercase words and punctuation by the rules of the Penn Treebank, on a text or on several. The
 * vocabulary consists of their words, the most frequent first. Throws `RangeError` if a limit is below 1.
 *
 * @example
 * ```ts
 * import { treebankTokenizer } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = treebankTokenizer(["It's good.", "It isn't bad!"]);
 * assertEquals(tokenizer.encoding("It isn't good?").tokens, ["it", "is", "n't", "good", "<unk>"]);
 * ```
 */
export function treebankTokenizer(texts: Iterable<string>, options: TreebankOptions = {}): PipelineTokenizer {
  const action = "train a tokenizer";
  expectOptions(action, options, ["minCount", "vocabSize", "moreWords"]);
  const { minCount = 1, vocabSize = Infinity, moreWords = [] } = options;
  for (const [name, value] of Object.entries({ minCount, vocabSize })) {
    if (!(value >= 1)) refuse(action, name, "a number of at least 1", value);
  }
  const { normalizer } = parts(new Map([[UNKNOWN, 0]]));
  const counts = new Map<string, number>();
  for (const text of typeof texts === "string" ? [texts] : texts) {
    const { text: normalized } = normalizer!.normalize(AlignedText.of(text));
    for (const word of wordsIn(normalized)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const frequent = [...counts].filter(([word, count]) => count >= minCount && word !== UNKNOWN)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([word]) => word);
  const words = new Set([...frequent, ...moreWords.filter((word) => word !== UNKNOWN)].slice(0, vocabSize));
  return new PipelineTokenizer(parts(new Map([UNKNOWN, ...words].map((word, id) => [word, id]))));
}

/** Splits a text into the words that the tokenizer finds, but in their own case. */
export function treebankWords(text: string): string[] {
  return wordsIn(text.normalize("NFC").replaceAll("’", "'"));
}

/** Finds the words of a normalized text as the tokenizer does, several times as fast. */
function wordsIn(text: string): string[] {
  return text.match(new RegExp(WORD, "giu")) ?? [];
}
