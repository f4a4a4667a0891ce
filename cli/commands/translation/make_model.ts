import type { Tokenizer } from "../../../tokenizers/mod.ts";
import type { Values } from "../../arguments/mod.ts";
import { readTokenizer, trainModel } from "../../../tasks/processors/mod.ts";
import { settingsOf } from "../../training/mod.ts";
import { Translator } from "../../../tasks/translation/model.ts";
import type { SentencePair, TokenizerPair } from "../../../tasks/translation/pairs.ts";
import { SHAPE, TOKENIZERS, type TRAIN_OPTIONS } from "./train_options.ts";

type TrainValues = Values<typeof TRAIN_OPTIONS>;

/** With a limit characters have one that stands for those that were not seen, which are in some other sentence. */
const KNOWING: Partial<Record<typeof TOKENIZERS[number], { readonly minCount: number }>> = { char: { minCount: 1 } };

/** Makes the translator that the options ask for, with vocabularies of the training pairs. */
export async function makeModel(values: TrainValues, train: readonly SentencePair[]): Promise<Translator> {
  const { source, target } = await makeTokenizers(values, train);
  const switches = {
    ...(values.untied && { tied: false }),
    ...(values.unshared && { shared: false }),
    ...(values["input-feeding"] && { inputFeeding: true }),
  };
  return Translator.create({
    ...settingsOf(values, SHAPE),
    ...switches,
    sourceTokenizer: source,
    targetTokenizer: target,
  });
}

async function makeTokenizers(values: TrainValues, train: readonly SentencePair[]): Promise<TokenizerPair> {
  const { tokenizer = "bpe", "vocab-size": vocabSize, joint } = values;
  const [sources, targets] = [train.map(({ source }) => source), train.map(({ target }) => target)];
  const other = values["target-tokenizer"];
  const make = async (texts: readonly string[]): Promise<Tokenizer> =>
    isKind(tokenizer)
      ? await trainModel(tokenizer, lines(texts), { vocabSize, splitDigits: true, ...KNOWING[tokenizer] })
      : await readTokenizer(tokenizer);
  if (other !== undefined) return { source: await make(sources), target: await readTokenizer(other) };
  // A file's vocabulary is the same on both sides.
  if (!joint && isKind(tokenizer)) return { source: await make(sources), target: await make(targets) };
  const both = await make([...sources, ...targets]);
  return { source: both, target: both };
}

async function* lines(texts: readonly string[]): AsyncGenerator<string, void, void> {
  for (const text of texts) yield text + "\n";
}

/** Whether a tokenizer is one of those that need no file. */
export function isKind(tokenizer: string): tokenizer is typeof TOKENIZERS[number] {
  return (TOKENIZERS as readonly string[]).includes(tokenizer);
}
