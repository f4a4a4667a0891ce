import { InputRangeError } from "../../errors.ts";
import { checkValue, complete, expectKind, expectKinds, integer, type OptionKinds } from "../../src/schema/mod.ts";
import { expectPart, idsOf, type TextPart, type TextReader } from "./corpus.ts";
import { DYNAMIC_EVALUATION, type DynamicSettings, STATISTICS_RATE } from "./dynamic_evaluation.ts";
import type { EvaluationPlan } from "./evaluation.ts";
import { NEURAL_CACHE, type NeuralCacheSettings } from "./neural_cache.ts";
import type { TokenIds } from "./token_ids.ts";
import { UNKNOWN_RULES, type UnknownRule, UnknownSymbols } from "./unknown_rule.ts";

/** Settings of dynamic evaluation, and the text whose gradients it measures. */
export interface DynamicOptions extends Partial<DynamicSettings> {
  /**
   * The text whose gradients `rms` measures before it reads, usually the training text. Default: the evaluated text, as
   * far as it has been read.
   */
  readonly statistics?: TextPart;
}

/**
 * Options of a language model's `evaluate`.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 * import type { DynamicOptions, EvaluateOptions, NeuralCacheSettings } from "@elman/elman/tasks";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const text = "to be or not to be, that is the question. ".repeat(10);
 * const lm = LanguageModel.create({ tokenizer: CharTokenizer.train(text), hidden: 8 });
 * const dynamic: DynamicOptions = { rule: "sgd", learningRate: 0.5 };
 * const options: EvaluateOptions = { cache: { size: 100 }, dynamic, unknown: "skip" };
 * const [plain, adapted] = [await lm.evaluate(text), await lm.evaluate(text, options)];
 * assert(adapted.loss < plain.loss);
 * assertEquals(adapted.streams, 1);
 *
 * const cache: NeuralCacheSettings = await lm.tuneCache(text, { cache: { size: 100 } });
 * assertEquals(cache.size, 100);
 * ```
 */
export interface EvaluateOptions {
  /**
   * Number of contiguous parts into which the text is divided, each read from a zero state. Default: one for every 512
   * tokens, at most 20; with `cache` or `dynamic`, 1.
   */
  readonly streams?: number;
  /** Lets the model predict what has occurred after similar states (Grave et al. 2017). Default: no cache. */
  readonly cache?: Partial<NeuralCacheSettings>;
  /** Trains the model on the text while it reads it (Krause et al. 2018), then restores it. Default: no training. */
  readonly dynamic?: DynamicOptions;
  /**
   * The treatment of symbols outside the vocabulary, in texts that are not given as ids, also in that of
   * `dynamic.statistics`. Default: the unknown token stands for them, or a text is refused if the vocabulary has none.
   */
  readonly unknown?: UnknownRule;
  /** Aborts the evaluation. */
  readonly signal?: AbortSignal;
}

const KINDS: OptionKinds<EvaluateOptions> = {
  streams: "number",
  cache: Object,
  dynamic: Object,
  unknown: UNKNOWN_RULES,
  signal: AbortSignal,
};

const STREAMS = integer({ min: 1, help: "Number of streams." });

/**
 * Checks the options of `evaluate` and fills in their defaults. Throws `TypeError` or `RangeError` if one is invalid.
 */
export async function planEvaluation(
  action: string,
  options: EvaluateOptions,
  reader: TextReader,
): Promise<EvaluationPlan> {
  const { streams, cache, dynamic, unknown, signal } = expectKinds(action, options, KINDS);
  if (streams !== undefined) checkValue(STREAMS, streams, action, "streams");
  const { statistics, rule = statistics === undefined ? "sgd" : "rms", ...rest } = dynamic ?? {};
  if (statistics !== undefined && rule === "sgd") {
    throw new InputRangeError(`${action}: expected the rule rms with statistics, found sgd`);
  }
  const measured = async (text: TextPart): Promise<TokenIds> =>
    await idsOf(action, rewriteText(action, expectPart(action, text), reader, unknown), reader);
  const usual = statistics === undefined ? undefined : STATISTICS_RATE;
  const given = { ...rest, learningRate: rest.learningRate ?? usual };
  return {
    streams,
    cache: cache && complete(NEURAL_CACHE, cache, action),
    dynamic: dynamic && complete(DYNAMIC_EVALUATION, { rule, ...given }, action),
    statistics: statistics === undefined ? undefined : await measured(statistics),
    signal,
  };
}

/** Rewrites a text or documents by a rule for unknown symbols; ids and everything without a rule stay as they are. */
export function rewriteText(action: string, text: TextPart, { tokenizer }: TextReader, rule?: UnknownRule): TextPart {
  if (rule === undefined) return text;
  expectKind(action, "unknown", rule, UNKNOWN_RULES);
  const symbols = new UnknownSymbols(tokenizer, rule);
  if (typeof text === "string") return symbols.rewrite(action, text);
  return Array.isArray(text) ? text.map((document: string) => symbols.rewrite(action, document)) : text;
}
