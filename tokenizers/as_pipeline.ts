import { checkKind, having } from "./options.ts";
import { PipelineTokenizer } from "./pipeline_tokenizer.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** The tokenizer as a pipeline, which tells where in a text its tokens stand; itself where it is one. */
export function asPipeline(tokenizer: Tokenizer): PipelineTokenizer {
  checkKind("make a pipeline", "the tokenizer", tokenizer, having("toJSON"));
  return tokenizer instanceof PipelineTokenizer ? tokenizer : PipelineTokenizer.fromJSON(tokenizer.toJSON());
}
