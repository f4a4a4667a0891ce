import { AlignedText } from "../aligned_text.ts";
import { detached } from "../detached.ts";
import type { Normalizer } from "../normalizers/normalizer.ts";
import type { PreTokenizer } from "../pre_tokenizers/pre_tokenizer.ts";
import { standsAlone, stretchesOf } from "../stretches.ts";
import { WordCounts } from "../word_counts.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import type { TrainingProgress } from "./trainer.ts";
import { checkKind, checkOptions, FUNCTION, having, type Kinds, NUMBER, TEXT_STREAM } from "../options.ts";

/** Options of {@linkcode countPieces}. */
export interface CountPiecesOptions {
  /** Normalizes each text. Default: no normalization. */
  normalizer?: Normalizer;
  /** Splits each text into pieces. Default: a text is one piece. */
  preTokenizer?: PreTokenizer;
  /**
   * Number of distinct pieces that are counted exactly. If the corpus has more, the rarest are dropped while counting.
   * Default: 33,554,432.
   */
  maxDistinct?: number;
  /** Called periodically with the number of texts counted. */
  onProgress?: (progress: TrainingProgress) => void;
}

const ACTION = "count pieces";

const KINDS: Kinds<CountPiecesOptions> = {
  normalizer: having("normalize"),
  preTokenizer: having("split"),
  maxDistinct: NUMBER,
  onProgress: FUNCTION,
};

/**
 * Counts the pieces of a corpus, in order of first occurrence: the input of a {@linkcode Trainer}. Keeps the distinct
 * pieces in memory, not the texts.
 *
 * The result is like a `Map`, with compact memory and no limit on its size.
 *
 * @param texts The corpus, text by text; no piece spans two texts. A string is one text.
 * @throws {RangeError} If `maxDistinct` is not an integer of at least 1.
 *
 * @example
 * ```ts
 * import { preTokenizers, trainers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const preTokenizer = new preTokenizers.Whitespace();
 * const counts = await trainers.countPieces(["to be, or", "not to be"], { preTokenizer });
 * assertEquals([...counts], [["to", 2], ["be", 2], [",", 1], ["or", 1], ["not", 1]]);
 * ```
 */
export async function countPieces(
  texts: Iterable<string> | AsyncIterable<string>,
  options: CountPiecesOptions = {},
): Promise<WordCounts> {
  checkKind(ACTION, "the corpus", texts, TEXT_STREAM);
  checkOptions(ACTION, options, KINDS);
  const counter = new PieceCounter(options);
  const reporter = new ProgressReporter(options.onProgress);
  let done = 0;
  const add = (text: string): void => {
    reporter.report("count pieces", done++);
    counter.add(text);
  };
  if (typeof texts === "string") add(texts);
  else if (Symbol.asyncIterator in texts) { for await (const text of texts) add(text); }
  else for (const text of texts) add(text);
  reporter.report("count pieces", done, done);
  return counter.counts();
}

/** Maximum total size of the cached stretches, in code units; a full cache is cleared. */
const MAX_CACHED_UNITS = 2 ** 22;

/** A stretch of text from one space to the next: its pieces, and how often it occurred since it was cached. */
interface Stretch {
  readonly pieces: readonly string[];
  count: number;
}

/**
 * Counts the pieces of texts. If texts are always split at spaces, caches the stretches between them, since words
 * recur.
 */
class PieceCounter {
  readonly #normalizer: Normalizer | undefined;
  readonly #preTokenizer: PreTokenizer | undefined;
  readonly #cutsBeforeSpaces: boolean;
  readonly #counts: WordCounts;
  /** `undefined` for a stretch that cannot be processed on its own. */
  readonly #stretches = new Map<string, Stretch | undefined>();
  #units = 0;

  constructor({ normalizer, preTokenizer, maxDistinct }: CountPiecesOptions) {
    this.#counts = new WordCounts(ACTION, maxDistinct);
    this.#normalizer = normalizer;
    this.#preTokenizer = preTokenizer;
    this.#cutsBeforeSpaces = preTokenizer?.cutsBeforeSpaces === true && (normalizer?.isLocal ?? true);
  }

  add(text: string): void {
    if (this.#units > MAX_CACHED_UNITS) this.#forget();
    const stretches = this.#cutsBeforeSpaces ? this.#stretchesOf(text) : undefined;
    if (stretches === undefined) {
      for (const piece of this.#pieces(this.#normalized(text))) this.#counts.add(piece);
    } else {
      for (const stretch of stretches) {
        // Inserts the pieces now to fix their order; their counts follow later.
        if (stretch.count++ === 0) { for (const piece of stretch.pieces) this.#counts.add(piece, 0); }
      }
    }
  }

  counts(): WordCounts {
    this.#forget();
    return this.#counts;
  }

  /** The text's stretches, or `undefined` if the text must be split as a whole. */
  #stretchesOf(text: string): Stretch[] | undefined {
    const stretches: Stretch[] = [];
    for (const part of stretchesOf(text)) {
      const stretch = this.#stretch(part);
      if (stretch === undefined) return undefined;
      stretches.push(stretch);
    }
    return stretches;
  }

  #stretch(text: string): Stretch | undefined {
    const known = this.#stretches.get(text);
    if (known !== undefined || this.#stretches.has(text)) return known;
    const own = detached(text);
    const normalized = this.#normalized(own);
    const stretch = standsAlone(own, normalized.text) ? { pieces: this.#pieces(normalized), count: 0 } : undefined;
    this.#stretches.set(own, stretch);
    this.#units += own.length;
    return stretch;
  }

  #normalized(text: string): AlignedText {
    const aligned = AlignedText.of(text);
    return this.#normalizer?.normalize(aligned) ?? aligned;
  }

  #pieces(text: AlignedText): string[] {
    if (text.length === 0) return [];
    return this.#preTokenizer?.split(text).map((piece) => piece.text) ?? [text.text];
  }

  /** Adds the counts of the cached stretches and clears the cache. */
  #forget(): void {
    for (const stretch of this.#stretches.values()) {
      if (stretch === undefined || stretch.count === 0) continue;
      for (const piece of stretch.pieces) this.#counts.add(piece, stretch.count);
    }
    this.#stretches.clear();
    this.#units = 0;
  }
}
