import { count } from "../../../tasks/task_model/mod.ts";
import { intlPairs } from "../../../tasks/default_data/mod.ts";
import { readParallelTexts } from "../../../tasks/data/mod.ts";
import { type SentencePair, splitPairs, type TranslationCorpus } from "../../../tasks/translation/pairs.ts";

/** Where sentence pairs come from and how they are divided. */
export interface DataPlan {
  /** Sentences and their translations, line by line. */
  readonly src?: string;
  readonly tgt?: string;
  /** Both in one file, a tab between. */
  readonly data?: string;
  /** Validation sentences and their translations. */
  readonly validSrc?: string;
  readonly validTgt?: string;
  /** Test sentences and their translations. */
  readonly testSrc?: string;
  readonly testTgt?: string;
  /** Share of the pairs for validation, where there is no validation file; 0.1 where absent. */
  readonly validFraction?: number;
  /** Share of the pairs for testing, where there is no test file; 0 where absent. */
  readonly testFraction?: number;
  /** Languages of the phrases that are generated where there is no file. */
  readonly from?: string;
  readonly to?: string;
  /** Seed of the division. */
  readonly seed?: number;
}

/** Sentence pairs, and what is to be said of how they were read. */
export interface ReadData {
  /** The pairs. */
  readonly corpus: TranslationCorpus & { readonly test?: readonly SentencePair[] };
  /** What was found, a line each. */
  readonly notes: readonly string[];
  /** What is not as it should be, a line each. */
  readonly warnings: readonly string[];
}

/** Reads and divides sentence pairs, or makes phrases in two languages where no file is named. */
export async function readData(plan: DataPlan): Promise<ReadData> {
  const { from = "en", to = "fr", seed } = plan;
  if (plan.src === undefined && plan.data === undefined) {
    const corpus = intlPairs({ from, to, seed });
    return {
      corpus,
      notes: [`Phrases in ${nameOf(from)} and ${nameOf(to)} from this runtime's own data.`],
      warnings: [],
    };
  }
  const all = await readParallelTexts(
    plan.data === undefined ? { source: plan.src!, target: plan.tgt! } : { pairs: plan.data },
  );
  const read = async (source?: string, target?: string): Promise<readonly SentencePair[] | undefined> =>
    source === undefined ? undefined : (await readParallelTexts({ source, target: target! })).pairs;
  const [valid, test] = [await read(plan.validSrc, plan.validTgt), await read(plan.testSrc, plan.testTgt)];
  const split = splitPairs(all.pairs, {
    validFraction: valid ? 0 : plan.validFraction ?? 0.1,
    testFraction: test ? 0 : plan.testFraction ?? 0,
    seed,
  });
  const corpus = { train: split.train, valid: valid ?? split.valid, test: test ?? split.test };
  return { corpus, notes: [`${all.name}: ${count(all.pairs.length, "pair")}.`], warnings: repetitions(corpus) };
}

/** A language's name in English. */
function nameOf(locale: string): string {
  return new Intl.DisplayNames("en", { type: "language" }).of(new Intl.Locale(locale).baseName) ?? locale;
}

/** Warns of validation and test sentences that occur before. */
function repetitions({ train, valid = [], test = [] }: ReadData["corpus"]): string[] {
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
