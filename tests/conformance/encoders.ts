import {
  bertJSON,
  CharTokenizer,
  gpt2JSON,
  PipelineTokenizer,
  presets,
  sentencePieceJSON,
  WordTokenizer,
} from "../../tokenizers/mod.ts";
import { type Agreement, compare, type Encoder, inCodePoints } from "./compare.ts";
import type { TextSet } from "./texts.ts";
// deno-lint-ignore no-import-prefix
import { SentencePieceProcessor } from "npm:@sctg/sentencepiece-js@1.3.3";
// deno-lint-ignore no-import-prefix
import { encode as encodeR50k } from "npm:gpt-tokenizer@4.0.0/encoding/r50k_base";
// deno-lint-ignore no-import-prefix
import { Tokenizer as NativeTokenizer } from "npm:tokenizers@0.23.2";

const END = "<|endoftext|>";
const END_ID = 50256;

/**
 * Compares GPT-2's byte-level BPE, BERT's WordPiece and a SentencePiece unigram model with other readers of the same
 * files.
 */
export async function compareEncoders(
  { data, models }: ConformanceFolders,
  sets: readonly TextSet[],
): Promise<Agreement[]> {
  const others: Agreement[] = [];
  for (const file of models === undefined ? [] : await modelsIn(models)) {
    others.push(...await compareSentencePiece(file, [...sets, ...sets.map(decomposed)]));
  }
  return [
    ...await compareGPT2(data, sets),
    ...await compareBERT(data, sets),
    ...await compareUnigram(data, sets),
    ...others,
    ...await compareWritten(sets),
  ];
}

/** The folders that the command line names. */
export interface ConformanceFolders {
  /** The corpora and the files of tokenizers. */
  readonly data: string;
  /** More SentencePiece models. Default: none. */
  readonly models?: string;
}

/** The SentencePiece models in a folder, by name. */
async function modelsIn(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name } of Deno.readDir(folder)) if (name.endsWith(".model")) files.push(`${folder}/${name}`);
  return files.sort();
}

/** Pairs each tokenizer trained here with Hugging Face's native tokenizer loaded from its `tokenizer.json`. */
async function compareWritten(sets: readonly TextSet[]): Promise<Agreement[]> {
  const { texts } = sets[0];
  const lines = texts.map((text) => `${text}\n`);
  const tokenizers: Record<string, unknown> = {
    char: CharTokenizer.train(lines, { unknown: true }),
    word: WordTokenizer.train(lines),
  };
  for (const [name, preset] of Object.entries(presets)) {
    tokenizers[name] = await PipelineTokenizer.train(lines, preset({ vocabSize: 4000 }));
  }
  const agreements: Agreement[] = [];
  for (const [name, tokenizer] of Object.entries(tokenizers)) {
    const json = JSON.parse(JSON.stringify(tokenizer));
    const ours = full(PipelineTokenizer.fromJSON(json));
    agreements.push(
      ...await compare(`${name} tokenizer trained by Elman, with npm:tokenizers`, sets, ours, native(json)),
    );
  }
  return agreements;
}

async function compareGPT2(data: string, sets: readonly TextSet[]): Promise<Agreement[]> {
  const json = gpt2JSON({
    vocab: await Deno.readTextFile(`${data}/tokenizers/gpt2/vocab.json`),
    merges: await Deno.readTextFile(`${data}/tokenizers/gpt2/merges.txt`),
  });
  const tokenizer = PipelineTokenizer.fromJSON(json);
  const quick: Encoder = (texts) => texts.map((text) => ({ ids: tokenizer.encode(text) }));
  // This model has no special tokens.
  const r50k: Encoder = (texts) =>
    texts.map((text) => ({
      ids: text.split(END).flatMap((part, i) => [...i > 0 ? [END_ID] : [], ...encodeR50k(part)]),
    }));
  const whole = sets.map(({ name, texts }) => ({ name: `${name}, as one text`, texts: [texts.join("\n")] }));
  return [
    ...await compare("GPT-2 with npm:gpt-tokenizer", sets, quick, r50k),
    ...await compare("GPT-2 with npm:gpt-tokenizer", whole, quick, r50k),
    ...await compare("GPT-2 with npm:tokenizers", sets, full(tokenizer), native(json)),
    ...await compare("GPT-2, encoding and encode", sets, full(tokenizer), quick),
  ];
}

async function compareBERT(data: string, sets: readonly TextSet[]): Promise<Agreement[]> {
  const json = JSON.parse(await Deno.readTextFile(`${data}/tokenizers/bert/tokenizer.json`));
  const fromVocabulary = bertJSON({ vocab: await Deno.readTextFile(`${data}/tokenizers/bert/vocab.txt`) });
  return [
    ...await compare("BERT with npm:tokenizers", sets, full(PipelineTokenizer.fromJSON(json)), native(json)),
    ...await compare(
      "BERT from vocab.txt with npm:tokenizers",
      sets,
      full(PipelineTokenizer.fromJSON(fromVocabulary)),
      native(json),
    ),
  ];
}

async function compareUnigram(data: string, sets: readonly TextSet[]): Promise<Agreement[]> {
  const file = `${data}/tokenizers/sentencepiece/test_model.model`;
  const json = withoutExactSettings(sentencePieceJSON(await Deno.readFile(file)));
  const tokenizer = PipelineTokenizer.fromJSON(json);
  return [
    ...await compareSentencePiece(file, [...sets, ...sets.map(decomposed)]),
    ...await compare("test_model.model as tokenizer.json, with npm:tokenizers", sets, full(tokenizer), native(json)),
  ];
}

/** Compares a SentencePiece model, written to a `tokenizer.json` and read back, with SentencePiece. */
async function compareSentencePiece(file: string, sets: readonly TextSet[]): Promise<Agreement[]> {
  const written = JSON.stringify(PipelineTokenizer.fromJSON(sentencePieceJSON(await Deno.readFile(file))));
  const tokenizer = PipelineTokenizer.fromJSON(JSON.parse(written));
  const processor = new SentencePieceProcessor();
  await processor.load(file);
  // The reference takes UTF-8, which cannot encode unpaired surrogates.
  const sentencePiece: Encoder = (texts) => texts.map((text) => ({ ids: processor.encodeIds(text.toWellFormed()) }));
  const ours: Encoder = (texts) => texts.map((text) => ({ ids: tokenizer.encode(text) }));
  return await compare(`${file.split("/").at(-1)} with SentencePiece`, sets, ours, sentencePiece);
}

/** The same texts in Unicode's decomposed form. */
function decomposed({ name, texts }: TextSet): TextSet {
  return { name: `${name}, decomposed`, texts: texts.map((text) => text.normalize("NFD")) };
}

/** A `tokenizer.json` without the fields that only Elman reads: what it means to Hugging Face's library. */
function withoutExactSettings(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json, (key, value) => key === "sentencepiece" ? undefined : value));
}

/** Encodes with ids and offsets. */
export function full(tokenizer: PipelineTokenizer): Encoder {
  return (texts) =>
    texts.map((text) => {
      const { ids, offsets } = tokenizer.encoding(text);
      return { ids, offsets: inCodePoints(text, offsets) };
    });
}

/** Hugging Face's native tokenizer of a `tokenizer.json`. */
export function native(json: unknown): Encoder {
  const tokenizer = NativeTokenizer.fromString(JSON.stringify(json));
  return async (texts) => {
    const encodings = await tokenizer.encodeBatch([...texts]);
    return encodings.map((encoding) => ({ ids: encoding.getIds(), offsets: encoding.getOffsets() }));
  };
}
