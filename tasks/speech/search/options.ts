import { InputRangeError, InputTypeError } from "../../../errors.ts";
import {
  checkValue,
  describeValue,
  expectKinds,
  type Field,
  integer,
  number,
  type OptionKinds,
} from "../../../src/schema/mod.ts";
import type { Pause } from "../../../src/train/mod.ts";
import type { Tokenizer } from "../../../tokenizers/mod.ts";
import { LanguageModel } from "../../language_modeling/model.ts";
import { type FrameScores, greedyLabels, likeliestClasses } from "../greedy.ts";
import { CharacterLabels, scoreCharacters } from "./character_labels.ts";
import { languageModelScorer, wordsIn } from "./language_model_scorer.ts";
import { Lexicon } from "./lexicon.ts";
import { NGramModel, ngramScorer } from "./ngram_model.ts";
import { type FoundLabels, PrefixSearch, searchFrames } from "./prefix_beam.ts";
import { combineScorers, type PrefixScorer, type WeightedScorer } from "./scorer.ts";
import { wordBonus as bonusScorer } from "./word_scorer.ts";

/** Options of the search for the text of a sound. Without any, greedy search takes the likeliest alignment. */
export interface SearchOptions {
  /** Number of beginnings of texts that prefix beam search keeps. Default: 16 if there is another option. */
  readonly beam?: number;
  /** Ignores symbols less probable than the best one of their frame by more than this, in nats. Default: 10. */
  readonly prune?: number;
  /**
   * Gives up beginnings of texts that are less probable than the best one by more than this, in nats, so that streams
   * write text sooner. Default: none is given up.
   */
  readonly margin?: number;
  /**
   * A language model of characters, bytes, subwords or words, or an n-gram model that `readARPA` reads; or several,
   * whose log-probabilities are averaged. Default: none.
   */
  readonly lm?: LanguageModel | NGramModel | readonly (LanguageModel | NGramModel)[];
  /** The factor of the language model's log-probabilities. Default: 0.5. */
  readonly lmWeight?: number;
  /** Bonus of each word, in nats: language models prefer texts of few words. Default: 0. */
  readonly wordBonus?: number;
  /** The only words that may be found, such as those that `readLexicon` reads. Default: all. */
  readonly lexicon?: readonly string[];
  /** Number of transcripts to find, at most the beam. Default: 1. */
  readonly nBest?: number;
}

/** A search that is ready for any number of sounds. Dispose of it to free its memory. */
export interface SearchPlan extends Disposable {
  /** Finds the best texts, the best first; `pause` is awaited after each frame. */
  search(scores: FrameScores, pause: Pause): Promise<FoundLabels[]>;
  /** Begins to search in a sound that arrives in parts. */
  stream(): LabelStream;
}

/** Finds the labels of a sound while it arrives. */
export interface LabelStream {
  /** Reads further frames. Returns the labels that are certain with them. */
  push(scores: FrameScores): readonly number[];
  /** Returns the rest of the labels. */
  end(): readonly number[];
}

/** The types of the options. */
export const SEARCH_KINDS: OptionKinds<SearchOptions> = {
  beam: "number",
  prune: "number",
  margin: "number",
  lm: Object,
  lmWeight: "number",
  wordBonus: "number",
  lexicon: "list",
  nBest: "number",
};

const MOST_PREFIXES = 10_000;
const FIELDS: Readonly<Record<string, Field>> = {
  beam: integer({ min: 1, max: MOST_PREFIXES, help: "Number of beginnings of texts that are kept." }),
  prune: number({ min: 0, help: "Largest difference to the likeliest symbol of a frame, in nats." }),
  margin: number({ min: 0, help: "Largest difference to the best beginning of a text, in nats." }),
  lmWeight: number({ min: 0, help: "Factor of the language model's log-probabilities." }),
  wordBonus: number({ help: "What each word adds to the score." }),
  nBest: integer({ min: 1, max: MOST_PREFIXES, help: "Number of transcripts to find." }),
};

/** Checks the options of a search and prepares it. Throws `TypeError` or `RangeError` if one is invalid. */
export function planSearch(
  action: string,
  options: SearchOptions,
  { tokenizer, blank }: { readonly tokenizer: Tokenizer; readonly blank: number },
): SearchPlan {
  expectKinds(action, options, SEARCH_KINDS);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) if (FIELDS[name]) checkValue(FIELDS[name], value, action, name);
  if (given.length === 0) return greedyPlan(blank);
  const { nBest = 1, beam = Math.max(16, nBest), prune = 10, margin } = options;
  if (nBest > beam) {
    throw new InputRangeError(`${action}: expected nBest to be at most the beam, ${beam}, found ${nBest}`);
  }
  const labels = new CharacterLabels(tokenizer);
  const { lexicon, scorers, release } = scorersOf(action, options, labels);
  const whole = <S>(scorer: PrefixScorer<S>): PrefixScorer<unknown> =>
    (labels.hasParts ? scoreCharacters(scorer, labels) : scorer) as PrefixScorer<unknown>;
  const settings = {
    ...{ blank, beam, prune, margin, nBest },
    scorer: scorers.length > 0 ? whole(combineScorers(scorers)) : undefined,
    lexicon: lexicon && whole(lexicon),
  };
  return {
    async search(scores, pause) {
      const frames = searchFrames(scores, settings);
      let found = frames.next();
      for (; !found.done; found = frames.next()) await pause();
      return found.value;
    },
    stream: () => prefixStream(new PrefixSearch(settings)),
    [Symbol.dispose]: release,
  };
}

function scorersOf(
  action: string,
  { lm, lmWeight = 0.5, wordBonus = 0, lexicon }: SearchOptions,
  labels: CharacterLabels,
): { readonly lexicon?: Lexicon; readonly scorers: readonly WeightedScorer[]; readonly release: () => void } {
  const models = lm === undefined ? [] : [lm].flat();
  labels.add(lexicon ?? []);
  if (labels.hasParts) { for (const model of models) labels.add(wordsOf(model)); }
  const { texts, spelled, unknown } = labels;
  const allowed = lexicon && new Lexicon(action, lexicon, spelled);
  const scorers: WeightedScorer[] = [];
  const release: (() => void)[] = [];
  // The lexicon comes first, so that nothing else scores what it excludes.
  if (allowed) scorers.push({ scorer: allowed });
  if (wordBonus !== 0) scorers.push({ scorer: bonusScorer(texts, wordBonus) });
  for (const model of models) {
    const weight = lmWeight / models.length;
    if (model instanceof NGramModel) scorers.push({ scorer: ngramScorer(action, model, spelled), weight });
    else if (model instanceof LanguageModel) {
      const scorer = languageModelScorer(action, model, texts, unknown, labels.learned);
      scorers.push({ scorer, weight });
      release.push(() => scorer[Symbol.dispose]());
    } else {
      throw new InputTypeError(
        `${action}: expected lm to be a LanguageModel or what readARPA returns, found ${describeValue(model)}`,
      );
    }
  }
  return { lexicon: allowed, scorers, release: () => release.forEach((free) => free()) };
}

/** The words of a model of words. */
function wordsOf(model: LanguageModel | NGramModel): Iterable<string> {
  if (model instanceof NGramModel) return model.words;
  return model instanceof LanguageModel && model.tokenizer.kind === "word" ? wordsIn(model.tokenizer) : [];
}

/** Takes the best class of each frame; a symbol that lasts is found once. */
function greedyStream(blank: number): LabelStream {
  let last = blank;
  return {
    push: (scores) =>
      [...likeliestClasses(scores)].filter((found) => {
        const before = last;
        last = found;
        return found !== blank && found !== before;
      }),
    end: () => [],
  };
}

/** Takes the labels on which all prefixes of the beam agree. */
function prefixStream(search: PrefixSearch): LabelStream {
  return {
    push(scores) {
      search.push(scores);
      return search.takeCertain();
    },
    end: () => search.end()[0].labels.map(({ label }) => label),
  };
}

/** Plans greedy search, which takes no time. */
function greedyPlan(blank: number): SearchPlan {
  return {
    search: (scores) => Promise.resolve([greedySearch(scores, blank)]),
    stream: () => greedyStream(blank),
    [Symbol.dispose]: () => {},
  };
}

/** Finds the labels of the likeliest alignment, with its log-probability. */
function greedySearch(scores: FrameScores, blank: number): FoundLabels {
  const { values, classes } = scores;
  const logProbability = likeliestClasses(scores).reduce((sum, label, t) => sum + values[t * classes + label], 0);
  return { labels: greedyLabels(scores, blank), logProbability, score: logProbability };
}
