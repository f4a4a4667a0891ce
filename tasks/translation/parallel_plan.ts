import { boolean, choiceOrPath, nullable, path, type Schema, string } from "../../src/schema/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { FILE, FRACTIONS, readParallelTexts } from "../data/mod.ts";
import { intlPairs } from "../default_data/mod.ts";
import { readTokenizer, trainModel, vocabularyFields } from "../processors/mod.ts";
import { count, type DataSet } from "../task_model/mod.ts";
import { type ParallelCorpus, type SentencePair, splitPairs, type TokenizerPair } from "./pairs.ts";

/** Where sentence pairs come from, how they are divided, and what their tokens are. */
export interface ParallelPlan {
  /** Sentences to learn from, one a line. */
  readonly src: string | null;
  /** Their translations, line by line. */
  readonly tgt: string | null;
  /** Both in one file, a tab between. */
  readonly data: string | null;
  /** Validation sentences. */
  readonly validSrc: string | null;
  /** Their translations. */
  readonly validTgt: string | null;
  /** Test sentences. */
  readonly testSrc: string | null;
  /** Their translations. */
  readonly testTgt: string | null;
  /** Share of the pairs for validation, where there is no validation file. Default: 0.1. */
  readonly validFraction: number;
  /** Share of the pairs for testing, where there is no test file. Default: 0. */
  readonly testFraction: number;
  /** Language of the generated phrases. Default: "en". */
  readonly from: string;
  /** The language into which they are translated. Default: "fr". */
  readonly to: string;
  /** What a token is: one of `TOKENIZERS`, or a tokenizer's file. Default: "bpe". */
  readonly tokenizer: string;
  /** A tokenizer's file for the target alone. */
  readonly targetTokenizer: string | null;
  /** Most tokens of each vocabulary; null for 8,000 pieces of words, and for all words and characters. */
  readonly vocabSize: number | null;
  /** Whether both languages have one vocabulary, and the same embeddings. Default: false. */
  readonly joint: boolean;
  /** Seed of the division. */
  readonly seed: number;
}

/** What a token can be where no file says it. */
export const TOKENIZERS = ["bpe", "unigram", "word", "char"] as const;

const WITH_FILES = ["src", "data"] as const;
const GENERATED = { group: "data", value: "LOCALE", notWith: WITH_FILES } as const;
/** A file of sentences that stands beside another. */
const beside = (other: string) => ({ ...FILE, needs: [other, WITH_FILES] });

/** The declarations of where sentence pairs come from. */
export const PARALLEL_PLAN: Schema<ParallelPlan> = {
  src: nullable(path({ ...FILE, needs: ["tgt"], help: "Sentences to learn from, one a line." })),
  tgt: nullable(path({ ...FILE, needs: ["src"], help: "Their translations, line by line." })),
  data: nullable(path({
    ...FILE,
    insteadOf: ["src"],
    help: "Sentences and translations, a tab between, in place of --src and --tgt.",
  })),
  validSrc: nullable(path({ ...beside("validTgt"), help: "Validation sentences, in place of a share of the data." })),
  validTgt: nullable(path({ ...beside("validSrc"), help: "Their translations." })),
  testSrc: nullable(path({ ...beside("testTgt"), help: "Test sentences, looked at once at the end." })),
  testTgt: nullable(path({ ...beside("testSrc"), help: "Their translations." })),
  validFraction: { ...FRACTIONS.validFraction, needs: [WITH_FILES], insteadOf: ["validSrc"] },
  testFraction: { ...FRACTIONS.testFraction, needs: [WITH_FILES], insteadOf: ["testSrc"] },
  from: string({ ...GENERATED, default: "en", help: "Without files: language of the generated phrases." }),
  to: string({ ...GENERATED, default: "fr", help: "The language into which they are translated." }),
  tokenizer: choiceOrPath(TOKENIZERS, {
    group: "data",
    value: "KIND",
    default: "bpe",
    help: `What a token is: ${TOKENIZERS.join(", ")}, or a tokenizer's file.`,
  }),
  targetTokenizer: nullable(path({
    group: "data",
    value: "FILE",
    notWith: ["joint"],
    help: "A tokenizer's file for the target alone.",
  })),
  vocabSize: vocabularyFields(TOKENIZERS).vocabSize,
  joint: boolean({
    group: "data",
    default: false,
    help: "Use one vocabulary for both languages, and the same embeddings.",
  }),
  seed: { kind: "integer", group: "data", min: 0, default: 1, help: "Seed of the division." },
};

/** Reads and divides sentence pairs, or makes phrases in two languages where no file is named. */
export async function readPairData(plan: ParallelPlan): Promise<DataSet<ParallelCorpus>> {
  const { from, to, seed } = plan;
  if (plan.src === null && plan.data === null) {
    const notes = [`Phrases in ${nameOf(from)} and ${nameOf(to)} from this runtime's own data.`];
    return { data: intlPairs({ from, to, seed }), notes, warnings: [] };
  }
  const all = await readParallelTexts(
    plan.data === null ? { source: plan.src!, target: plan.tgt! } : { pairs: plan.data },
  );
  const [valid, test] = [await readSides(plan.validSrc, plan.validTgt), await readSides(plan.testSrc, plan.testTgt)];
  const split = splitPairs(all.pairs, {
    validFraction: valid ? 0 : plan.validFraction,
    testFraction: test ? 0 : plan.testFraction,
    seed,
  });
  const data = { train: split.train, valid: valid ?? split.valid, test: test ?? split.test };
  return { data, notes: [`${all.name}: ${count(all.pairs.length, "pair")}.`], warnings: repetitions(data) };
}

async function readSides(source: string | null, target: string | null): Promise<readonly SentencePair[] | undefined> {
  return source === null ? undefined : (await readParallelTexts({ source, target: target! })).pairs;
}

/** A language's name in English. */
function nameOf(locale: string): string {
  return new Intl.DisplayNames("en", { type: "language" }).of(new Intl.Locale(locale).baseName) ?? locale;
}

/** Warns of validation and test sentences that occur before. */
function repetitions({ train, valid = [], test = [] }: ParallelCorpus): string[] {
  const sources = (pairs: readonly SentencePair[]): string[] => pairs.map(({ source }) => source);
  const warn = (part: string, pairs: readonly SentencePair[], known: ReadonlySet<string>, how: string): string[] => {
    const repeated = pairs.filter(({ source }) => known.has(source)).length;
    if (repeated === 0) return [];
    const verb = repeated === 1 ? "is" : "are";
    return [`${count(repeated, `${part} sentence`)} ${verb} also ${how}: the ${part} figures are too good`];
  };
  return [
    ...warn("validation", valid, new Set(sources(train)), "trained on"),
    ...warn("test", test, new Set([...sources(train), ...sources(valid)]), "trained on or validated with"),
  ];
}

/** The tokenizers that a plan asks for, with vocabularies of the training pairs. */
export async function makeTokenizers(plan: ParallelPlan, train: readonly SentencePair[]): Promise<TokenizerPair> {
  const { tokenizer: kind, vocabSize, joint, targetTokenizer: other } = plan;
  const [sources, targets] = [train.map(({ source }) => source), train.map(({ target }) => target)];
  const make = async (texts: readonly string[]): Promise<Tokenizer> => {
    if (!isKind(kind)) return await readTokenizer(kind);
    // With a limit characters have a symbol for those that were not seen, which other sentences have.
    const limits = { vocabSize: vocabSize ?? undefined, ...(kind === "char" && { minCount: 1 }) };
    return await trainModel(kind, linesOf(texts), { ...limits, splitDigits: true });
  };
  if (other !== null) return { source: await make(sources), target: await readTokenizer(other) };
  // A file's vocabulary is the same on both sides.
  if (!joint && isKind(kind)) return { source: await make(sources), target: await make(targets) };
  const both = await make([...sources, ...targets]);
  return { source: both, target: both };
}

async function* linesOf(texts: readonly string[]): AsyncGenerator<string, void, void> {
  for (const text of texts) yield text + "\n";
}

function isKind(tokenizer: string): tokenizer is typeof TOKENIZERS[number] {
  return (TOKENIZERS as readonly string[]).includes(tokenizer);
}
