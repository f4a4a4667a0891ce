import { InputRangeError } from "../../errors.ts";
import { usualRate } from "../../src/train/mod.ts";
import { Fingerprint, type Tuning } from "../task_model/mod.ts";
import type { Dimension, RunFields } from "../tuning/mod.ts";
import type { LabelledData } from "./labelled_plan.ts";
import { judgeOf, usualSelection } from "../labels/selection.ts";
import { freeze, remember } from "./remember.ts";
import type { ClassifierTypes } from "./task.ts";
import { areMultiLabel, expectLabelled, type LabelledCorpus, labelsIn } from "./texts.ts";

/** How to search for good options of a classifier. */
export const CLASSIFIER_TUNING: Tuning<ClassifierTypes, LabelledData> = {
  space(given, { corpus, sequences }) {
    if (given.model?.architecture === "linear") {
      throw new InputRangeError("autotune: expected --model network, found linear, which has no options to search");
    }
    if (!corpus.valid) throw new InputRangeError("autotune: expected validation texts to judge by, found none");
    const tokenizer = given.plan?.tokenizer ?? "word";
    // A classifier to start from has its own pooling.
    if (given.plan?.initFrom) return [...ratesOf(given), ...REGULARIZATION];
    const isSequence = sequences.alphabet !== null;
    const isLetters = isSequence || tokenizer === "char" || tokenizer === "kmer";
    return [
      ...ratesOf(given),
      POOLING,
      ...REGULARIZATION,
      ...SIZES,
      isLetters ? CONVOLUTION : WORD_CONVOLUTION,
      ...given.plan?.vectors ? [] : [EMBEDDING, ...isSequence ? [KMERS] : tokenizer === "word" ? [WORDS] : []],
    ];
  },

  fingerprint({ corpus: { train, valid = [] } }) {
    const fingerprint = new Fingerprint();
    for (const own of [...train, ...valid]) for (const text of [own.text, ...labelsIn(own)]) fingerprint.addText(text);
    return fingerprint.value;
  },

  examples: (data) => corpusOf(data).train.length,

  part(data, share) {
    const corpus = corpusOf(data);
    // What is remembered for the corpus, such as tokenizers, serves the trainings on any share.
    freeze(corpus);
    if (share === 1) return corpus;
    return remember(corpus, `share ${share}`, () => freeze({ ...corpus, train: shareOf(corpus.train, share) }));
  },

  // A classifier to start from has its own number of members.
  average: ({ plan }, members) => plan?.initFrom ? undefined : { model: { members } },

  figure({ selectBy }, { corpus }) {
    const { name, show, direction, errorOf } = judgeOf(selectBy ?? usualSelection(areMultiLabel(corpus.train)));
    const sign = direction === "maximize" ? 1 : -1;
    return {
      name: `validation ${name}`,
      show: (objective) => show(sign * objective),
      errorOf: (objective) => errorOf(sign * objective, corpus.valid?.length ?? 0),
    };
  },

  figures({ validAccuracy, validMicroF1: microF1, validMacroF1, validLoss, validNetworkLoss }, { selectBy }) {
    const judge = judgeOf(selectBy ?? usualSelection(microF1 !== undefined));
    const [accuracy, macroF1, loss] = [validAccuracy ?? NaN, validMacroF1 ?? NaN, validLoss ?? NaN];
    const figure = judge.of({ accuracy, microF1, macroF1, loss });
    return { objective: judge.direction === "maximize" ? figure : -figure, loss: validNetworkLoss ?? loss };
  },
};

function corpusOf(data: ClassifierTypes["data"]): LabelledCorpus {
  return expectLabelled("autotune", data);
}

/** Takes a share of the texts, evenly spaced, so that texts that are sorted by label keep their proportions. */
function shareOf<T>(texts: readonly T[], share: number): T[] {
  return texts.filter((_, i) => Math.floor((i + 1) * share) > Math.floor(i * share));
}

/** Makes a dimension of a field of the model. */
function model(name: string, values: readonly unknown[]): Dimension {
  return { choices: values.map((value) => ({ model: { [name]: value } })) };
}

/**
 * The learning rate and adversarial training, around the rate that suits the data or else what the model starts from.
 */
function ratesOf({ plan, fit }: RunFields): Dimension[] {
  const optimizer = fit?.optimizer ?? "adam";
  const started = usualRate(optimizer) * (plan?.vectors && optimizer === "adam" ? 0.5 : 1);
  const usual = typeof fit?.learningRate === "number" ? fit.learningRate : started;
  return [
    { choices: [0.5, 2].map((factor) => ({ fit: { learningRate: factor * usual } })) },
    { choices: [{ fit: { adversarial: 0 } }] },
  ];
}

const POOLING = model("pooling", ["max", "attention"]);

const REGULARIZATION: readonly Dimension[] = [
  model("dropout", [0.2, 0.35]),
  model("inputDropout", [0, 0.15]),
  {
    choices: [
      { model: { embedDropout: 0, wordDropout: 0, rareDropout: 0.5 } },
      { model: { embedDropout: 0.1, wordDropout: 0.05, rareDropout: 0 } },
    ],
  },
];

/** The size of the recurrent layers. */
const SIZES: readonly Dimension[] = [model("hidden", [32, 64, 128]), model("layers", [2])];

const EMBEDDING = model("embed", [50, 200]);

/** A convolution, for tokens that say little alone; one that is pooled by 1 is not pooled. */
const CONVOLUTION: Dimension = {
  choices: [[5, 1], [9, 1], [9, 3]].map(([conv, convPool]) => ({ model: { conv, convPool } })),
};

/** A convolution over words, for phrases. */
const WORD_CONVOLUTION: Dimension = { choices: [{ model: { conv: 3, convPool: 1 } }] };

/** The vocabulary of texts: words that occur twice, or subwords. */
const WORDS: Dimension = { choices: [{ plan: { minCount: 2 } }, { plan: { tokenizer: "bpe" } }] };

/** The vocabulary of symbol sequences: k-mers instead of letters. */
const KMERS: Dimension = {
  choices: [{ plan: { tokenizer: "kmer", k: 3 } }, { plan: { tokenizer: "kmer", k: 5 } }],
};
