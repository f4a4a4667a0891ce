import { checkKind, having } from "./options.ts";
import { PipelineTokenizer } from "./pipeline_tokenizer.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Returns an equivalent {@linkcode PipelineTokenizer}, which reports offsets; a pipeline is returned as is. */
export function asPipeline(tokenizer: Tokenizer): PipelineTokenizer {
  checkKind("make a pipeline", "the tokenizer", tokenizer, having("toJSON"));
  return tokenizer instanceof PipelineTokenizer ? tokenizer : PipelineTokenizer.fromJSON(tokenizer.toJSON());
}
