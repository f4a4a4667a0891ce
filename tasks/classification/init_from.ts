import { InputRangeError } from "../../errors.ts";
import type { Given } from "../../src/schema/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { nameOfAlphabet } from "../data/sequences/mod.ts";
import { LanguageModel } from "../language_modeling/mod.ts";
import { describeUnknown } from "../processors/mod.ts";
import { expectSource } from "../task_model/inherit.ts";
import { readTask, type VerifyOption } from "../task_model/mod.ts";
import { refuseFixed } from "./classifier_start.ts";
import { formatOf, type LabelledData } from "./labelled_plan.ts";
import { Classifier } from "./model.ts";
import type { SequenceFacts } from "./sequence_data.ts";
import { strandsOf } from "./strands.ts";
import { CLASSIFICATION } from "./task.ts";
import { allLabels, areMultiLabel, kmerLength, type LabelledCorpus } from "./texts.ts";

/**
 * Returns the kind of the tokens of the classifier in a directory: "char", "kmer" or that of its tokenizer; undefined
 * if it holds another model. Throws `RangeError` if there is no model.
 */
export async function classifierTokens(directory: string, reading?: VerifyOption): Promise<string | undefined> {
  if (!await isClassifier(directory, reading)) return undefined;
  const source = await Classifier.load(directory, reading);
  const { tokenizer } = source;
  source[Symbol.dispose]();
  return kmerLength(tokenizer) === undefined ? tokenizer.kind : "kmer";
}

/** Whether a directory holds a classifier, rather than another model. Throws `RangeError` if there is no model. */
async function isClassifier(directory: string, reading?: VerifyOption): Promise<boolean> {
  await expectSource(directory);
  const { name, formerNames = [] } = CLASSIFICATION;
  return [name, ...formerNames].includes(await readTask(directory, reading));
}

/**
 * Creates a classifier that starts from the language model or the classifier in a directory. Throws `RangeError` if
 * there is none, if its tokenizer cannot read a text, or if an option contradicts it.
 */
export async function initFrom(
  directory: string,
  options: Given,
  { corpus, files, sequences }: LabelledData,
  reading?: VerifyOption,
): Promise<Classifier> {
  const labels = allLabels(corpus);
  const dataFormat = formatOf(files[0]);
  const multiLabel = areMultiLabel(corpus.train);
  if (await isClassifier(directory, reading)) {
    return startingFrom(await Classifier.load(directory, reading), (source) => {
      refuseOtherAlphabet(directory, source, sequences);
      const model = Classifier.fromClassifier(source, {
        ...refuseFixed(`init from ${directory}`, source.config, options),
        dataFormat,
        labels,
        // For a classifier of the same labels, a text with one is a text with several too.
        multiLabel: multiLabel || source.config.multiLabel && labels.every((own) => source.config.labels.includes(own)),
        window: sequences.window ?? source.config.window,
      });
      refuseUnknown(directory, model, corpus, "train a classifier on such texts from scratch");
      return model;
    });
  }
  return startingFrom(await LanguageModel.load(directory, reading), (source) => {
    const model = Classifier.fromLanguageModel(source, { ...options, ...sequences, dataFormat, labels, multiLabel });
    refuseUnknown(directory, model, corpus, "pretrain the language model on such texts, or with --tokenizer byte");
    return model;
  });
}

/** Makes a model of another one, whose memory is then free for others. */
function startingFrom<S extends Disposable>(source: S, make: (source: S) => Classifier): Classifier {
  try {
    return make(source);
  } finally {
    source[Symbol.dispose]();
  }
}

/** Throws `RangeError` if sequences have another alphabet than those of the classifier. */
function refuseOtherAlphabet(directory: string, { config }: Classifier, { alphabet }: SequenceFacts): void {
  if (alphabet === null || config.alphabet === null || alphabet === config.alphabet) return;
  const [expected, found] = [config.alphabet, alphabet].map(nameOfAlphabet);
  throw new InputRangeError(`init from ${directory}: expected sequences of ${expected}, found ${found}`);
}

/** Throws `RangeError`, with the remedy, if a classifier's tokenizer cannot encode a text. */
function refuseUnknown(
  directory: string,
  { tokenizer, config }: { readonly tokenizer: Tokenizer; readonly config: Classifier["config"] },
  { train, valid, test }: LabelledCorpus,
  remedy: string,
): void {
  for (const [name, texts = []] of Object.entries({ training: train, validation: valid, test })) {
    texts.forEach(({ text }, i) => {
      const unknown = describeUnknown(tokenizer, strandsOf(text, config)[0]);
      if (unknown === undefined) return;
      throw new InputRangeError(`init from ${directory}: ${unknown} in text ${i + 1} of the ${name} texts; ${remedy}`);
    });
  }
}
