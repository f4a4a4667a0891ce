import { asPipeline, type PipelineTokenizer, type Tokenizer } from "../../tokenizers/mod.ts";

/** The pipelines that neither truncate nor pad, as `encode` does neither. */
const whole = new WeakMap<Tokenizer, PipelineTokenizer>();

/**
 * Returns the range in a text of each id that a tokenizer's `encode` gives it, in UTF-16 code units. That of an id
 * beyond those of `encoding`, such as one that ends an open line, is at the end of the text.
 */
export function tokenOffsets(tokenizer: Tokenizer, text: string): (readonly [start: number, end: number])[] {
  const pipeline = whole.get(tokenizer) ??
    asPipeline(tokenizer).with({ truncation: undefined, padding: undefined });
  whole.set(tokenizer, pipeline);
  const { offsets } = pipeline.encoding(text);
  const { length } = tokenizer.encode(text);
  return Array.from({ length }, (_, i) => offsets[i] ?? [text.length, text.length]);
}
