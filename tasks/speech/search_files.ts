import { integer, nullable, number, path, paths, type Schema } from "../../src/schema/mod.ts";
import { isDirectory, type Paths } from "../data/mod.ts";
import { LanguageModel } from "../language_modeling/model.ts";
import type { VerifyOption } from "../task_model/mod.ts";
import { type NGramModel, readARPA, readLexicon, type SearchOptions } from "./search/mod.ts";

/** The options of a search whose models stand in files; null leaves a choice to the search. */
export interface SearchFiles {
  /** Number of beginnings of texts that are kept. */
  readonly beam: number | null;
  /** Largest difference to the best beginning of a text, in nats. */
  readonly margin: number | null;
  /** Directories of language models, or n-gram models in the ARPA format. */
  readonly lm: Paths | null;
  /** Factor of the language model's log-probabilities. */
  readonly lmWeight: number | null;
  /** Bonus of each word, in nats. */
  readonly wordBonus: number | null;
  /** File of the only words that may be found. */
  readonly lexicon: string | null;
  /** Number of transcripts to find. */
  readonly nBest: number | null;
}

/** The schema of the search. */
export const SEARCH_FILES: Schema<SearchFiles> = {
  beam: nullable(integer({
    group: "search",
    min: 1,
    max: 10_000,
    defaultText: "16 with another option of the search",
    help:
      "Number of beginnings of texts that prefix beam search keeps; without it, greedy search takes the best symbol " +
      "of each frame.",
  })),
  margin: nullable(number({
    group: "search",
    min: 0,
    defaultText: "none",
    help: "Give up beginnings less probable than the best by more than this, in nats; streams then write text sooner.",
  })),
  lm: nullable(paths({
    group: "search",
    value: "DIR",
    help:
      "Language model that weighs the texts: a directory that train-lm saved, or an n-gram model in the ARPA format; " +
      "may be given more than once.",
  })),
  lmWeight: nullable(number({
    group: "search",
    min: 0,
    needs: ["lm"],
    defaultText: "0.5",
    help: "Factor of the language model's log-probabilities.",
  })),
  wordBonus: nullable(number({
    group: "search",
    defaultText: "0",
    help: "Bonus for each word, in nats, since language models prefer texts of few words.",
  })),
  lexicon: nullable(path({
    group: "search",
    value: "FILE",
    help: "Words that may be found, one on each line, or a pronunciation dictionary.",
  })),
  nBest: nullable(
    integer({ group: "search", min: 1, max: 10_000, defaultText: "1", help: "Number of transcripts to find." }),
  ),
};

async function readTextModel(path: string, reading: VerifyOption): Promise<LanguageModel | NGramModel> {
  return await isDirectory(path) ? await LanguageModel.load(path, reading) : await readARPA(path);
}

/**
 * Reads the models that a search needs; `reading` is for those in directories. Throws `RangeError` or `SyntaxError`
 * that names the file.
 */
export async function readSearch(
  { beam, margin, lm, lmWeight, wordBonus, lexicon, nBest }: SearchFiles,
  reading: VerifyOption = {},
): Promise<SearchOptions> {
  return {
    ...beam !== null && { beam },
    ...margin !== null && { margin },
    ...lm !== null && { lm: await Promise.all([lm].flat().map((path) => readTextModel(path, reading))) },
    ...lmWeight !== null && { lmWeight },
    ...wordBonus !== null && { wordBonus },
    ...lexicon !== null && { lexicon: await readLexicon(lexicon) },
    ...nBest !== null && { nBest },
  };
}
