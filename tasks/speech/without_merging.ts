import { type Decoder, decoders, patterns, PipelineTokenizer, type Tokenizer } from "../../tokenizers/mod.ts";

/**
 * Returns a tokenizer whose decoder merges no repeated tokens, as that of other recognizers' tokenizers does with the
 * tokens of frames: here the search has merged those already, and what it leaves are letters that are spoken twice.
 */
export function withoutMerging(tokenizer: Tokenizer): Tokenizer {
  if (!(tokenizer instanceof PipelineTokenizer)) return tokenizer;
  const { decoder } = tokenizer.parts;
  const own = decoder && withoutCTC(decoder);
  return own === decoder ? tokenizer : tokenizer.with({ decoder: own });
}

function withoutCTC(decoder: Decoder): Decoder {
  if (decoder instanceof decoders.Sequence) {
    const own = decoder.decoders.map(withoutCTC);
    return own.every((part, i) => part === decoder.decoders[i]) ? decoder : new decoders.Sequence(own);
  }
  if (!(decoder instanceof decoders.CTC)) return decoder;
  const { padToken, wordDelimiterToken, cleanup } = decoder;
  const replace = (token: string, content: string): Decoder =>
    new decoders.Replace({ pattern: patterns.literalPattern(token), content });
  return new decoders.Sequence([replace(padToken, ""), ...cleanup ? [replace(wordDelimiterToken, " ")] : []]);
}
