import { checkKind, having } from "./options.ts";
import { PipelineTokenizer } from "./pipeline_tokenizer.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** The pipelines that tokenizers have become: making one reads the whole vocabulary. */
const pipelines = new WeakMap<Tokenizer, PipelineTokenizer>();

/**
 * Returns an equivalent {@linkcode PipelineTokenizer}, which reports offsets; a pipeline is returned as is. Made from a
 * {@linkcode WordTokenizer}, it leaves a last line without `"\n"` open, as {@linkcode WordTokenizer.encodePrompt} does.
 *
 * @example
 * ```ts
 * import { asPipeline, WordTokenizer } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = WordTokenizer.train("to be or not to be");
 * const { ids, offsets } = asPipeline(tokenizer).encoding("to be\n");
 * assertEquals(ids, [...tokenizer.encode("to be\n")]);
 * assertEquals(offsets, [[0, 2], [3, 5], [5, 6]]);
 * ```
 */
export function asPipeline(tokenizer: Tokenizer): PipelineTokenizer {
  checkKind("make a pipeline", "the tokenizer", tokenizer, having("toJSON"));
  if (tokenizer instanceof PipelineTokenizer) return tokenizer;
  const pipeline = pipelines.get(tokenizer) ?? PipelineTokenizer.fromJSON(tokenizer.toJSON());
  pipelines.set(tokenizer, pipeline);
  return pipeline;
}
