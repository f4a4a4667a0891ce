import { boolean, path } from "../../src/schema/mod.ts";
import { describeSeconds, secondsOf } from "../data/audio/mod.ts";
import { FILE } from "../data/mod.ts";
import { count, percent, type Program } from "../task_model/mod.ts";
import { speedsOf } from "./augmentation.ts";
import { alignmentOf, describeErrors, formatAlignments, formatErrors } from "./error_report.ts";
import { framesNeeded, labelsOf, type SpeechCorpus } from "./corpus.ts";
import { SETTINGS } from "./hyperparameters.ts";
import { type ManifestFields, readManifest } from "./manifest.ts";
import { type SpeechEvaluation, SpeechRecognizer } from "./model.ts";
import { BLANK } from "./network.ts";
import { speechPictures } from "./pictures.ts";
import { PRESETS } from "./presets.ts";
import { planSearch } from "./search/mod.ts";
import { readSearch, SEARCH_FILES, type SearchFiles } from "./search_files.ts";
import { SoundProcessor } from "./sound_processor.ts";
import {
  describeColumns,
  makeTokenizer,
  MANIFEST_FIELDS,
  readSpeechData,
  SPEECH_PLAN,
  type SpeechData,
  type SpeechPlan,
} from "./speech_plan.ts";
import { suitEpochs } from "./suited_epochs.ts";
import type { SpeechTypes } from "./task.ts";
import { unwritableSymbols, unwritableWords } from "./unknown_symbols.ts";
import { UtteranceReader } from "./utterance_reader.ts";
import { wholeSoundReason } from "./whole_sound.ts";

/** The data on which a speech recognizer is evaluated. */
export interface SpeechEvaluationPlan extends Omit<ManifestFields, "group">, SearchFiles {
  /** The list of utterances, or a folder. */
  readonly data: string;
  /** Whether each utterance with errors is shown. */
  readonly errors: boolean;
}

/** The commands that train and evaluate speech recognizers on files. */
export const SPEECH_PROGRAM: Program<SpeechTypes, SpeechRecognizer, SpeechPlan, SpeechData, SpeechEvaluationPlan> = {
  model: SpeechRecognizer,
  plan: SPEECH_PLAN,
  sources: ["data"],
  presets: PRESETS,
  unit: "frames",
  nameOf: (_plan, { cell }, data = "digits") => `${data}-${cell}`,
  read: readSpeechData,

  async suit({ rate, stack }, { corpus }, { fit }) {
    const processor = await SoundProcessor.fit([], { rate, stack });
    const [slowest] = speedsOf({ speed: fit.speed ?? SETTINGS.speed.default as number });
    return suitEpochs(corpus.train.map(({ sound }) => processor.framesOf(sound, slowest)), fit);
  },

  async create(plan, given, { corpus, dataFormat }) {
    const { rate, bands, stack, deltas, dither, normalization } = plan;
    const isForward = given.bidirectional === false;
    const processor = await SoundProcessor.fit(corpus.train.map(({ sound }) => sound), {
      ...{ rate, bands, stack, deltas, dither },
      normalization: normalization ?? (isForward ? "running" : "utterance"),
    });
    return SpeechRecognizer.create({ ...given, dataFormat, processor, tokenizer: await makeTokenizer(plan, corpus) });
  },

  corpus: (_model, { corpus }) => Promise.resolve(corpus),

  introduce(model, data) {
    const { train, valid, test } = data as SpeechCorpus;
    const { cell, layers, hidden, bidirectional } = model.config;
    const tooLong = countTooLong(model, data as SpeechCorpus);
    const reason = wholeSoundReason(model);
    return {
      text: `${bidirectional ? "bidirectional " : ""}${cell} of ${layers} x ${hidden} on ${
        count(train.length, "utterance")
      }, ${count(model.tokenizer.size, "symbol")}`,
      lines: [
        ...model.config.bidirectional || reason === undefined
          ? []
          : [`The model cannot write text while a sound arrives, since it ${reason}.`],
        ...tooLong === 0 ? [] : [`${count(tooLong, "utterance")} left out: too few frames for the text.`],
        ...unwritableSymbols(model.tokenizer, [...train, ...valid ?? [], ...test ?? []]).map((line) => `${line}.`),
      ],
      fields: {
        train: train.length,
        valid: valid?.length ?? 0,
        test: test?.length ?? 0,
        left_out: tooLong,
        symbols: model.tokenizer.size,
      },
    };
  },

  epoch: ({ validLoss, validCER, validWER }) => ({
    text: validLoss === null || validCER === null || validWER === null
      ? ""
      : `, validation loss ${validLoss.toFixed(4)}, CER ${percent(validCER)}, WER ${percent(validWER)}`,
    fields: { valid_loss: validLoss, valid_cer: validCER, valid_wer: validWER },
  }),

  pictures: speechPictures,

  async conclude(model, data, { plan }) {
    const { valid: validation, test: testing } = data as SpeechCorpus;
    const valid = validation && await model.evaluate(validation);
    const test = testing && await model.evaluate(testing);
    return {
      lines: valid ? [...examplesOf(valid), `Validation: ${describeErrors(valid)}.`] : [],
      results: test ? [`Test: ${describeErrors(test)}.`] : [],
      fields: { ...errorFields(valid, "valid_"), ...errorFields(test, "test_") },
      tryWith: ["transcribe", ...plan.data === null ? ["--sample", "digits"] : ["sound.wav"]],
    };
  },

  evaluation: {
    data: path({ ...FILE, help: "List of utterances, or a folder, to evaluate on." }),
    ...MANIFEST_FIELDS,
    errors: boolean({
      group: "answers",
      default: false,
      help: "Print each utterance that has errors, with the words that were found under those that were said.",
    }),
    ...SEARCH_FILES,
  },

  async evaluate(model, plan, host = {}, reading = {}) {
    const { rate, bands } = model.processor;
    const reader = new UtteranceReader({ rate, bands, maxMemory: EVALUATION_MEMORY }, host);
    const { files, warnings, dataFormat } = await readManifest(plan.data, plan, model.config.dataFormat);
    const search = await readSearch(plan, reading);
    planSearch("evaluate", search, { tokenizer: model.tokenizer, blank: BLANK })[Symbol.dispose]();
    const utterances = await reader.read(files);
    const start = performance.now();
    const evaluation = await model.evaluate(utterances, search);
    const seconds = (performance.now() - start) / 1e3;
    const heard = utterances.reduce((sum, { sound }) => sum + secondsOf(sound), 0);
    return {
      warnings: [
        ...warnings,
        ...reader.remarks.warnings,
        ...unwritableSymbols(model.tokenizer, utterances),
        ...unwritableWords(model.tokenizer, search.lexicon),
      ],
      lines: [
        ...reader.remarks.notes,
        ...plan.errors ? formatAlignments(evaluation, utterances.map(({ source = "" }) => source)) : [],
        formatErrors(evaluation),
        `${count(utterances.length, "utterance")} (${describeSeconds(heard)})${
          describeColumns(dataFormat)
        }, real-time factor ${(seconds / heard).toFixed(4)}`,
      ],
      fields: {
        utterances: utterances.length,
        ...errorFields(evaluation),
        seconds: heard,
        real_time_factor: seconds / heard,
        transcripts: evaluation.transcripts.map((transcript, i) => ({
          file: utterances[i].source,
          reference: transcript.reference,
          text: transcript.text,
          word_errors: transcript.wordErrors,
          character_errors: transcript.characterErrors,
          alignment: alignmentOf(transcript),
          ...transcript.alternatives && { alternatives: transcript.alternatives.map(({ text }) => text) },
        })),
      },
    };
  },
};

/** Most memory for the sounds of an evaluation, in GiB. */
const EVALUATION_MEMORY = 4;

/** Counts the training utterances with too few frames for their texts. */
function countTooLong({ processor, tokenizer }: SpeechRecognizer, { train }: SpeechCorpus): number {
  return train.filter(({ sound, text }) => framesNeeded(labelsOf(tokenizer, text)) > processor.framesOf(sound)).length;
}

/** Number of transcripts that are shown after training. */
const EXAMPLES = 3;

function examplesOf({ transcripts }: SpeechEvaluation): string[] {
  return transcripts.slice(0, EXAMPLES).flatMap(({ reference, text }) => [`said:  ${reference}`, `heard: ${text}`]);
}

function errorFields(evaluation: SpeechEvaluation | undefined, prefix = ""): Record<string, unknown> {
  if (evaluation === undefined) return {};
  const { wer, cer, words, characters } = evaluation;
  return {
    [`${prefix}wer`]: wer,
    [`${prefix}cer`]: cer,
    [`${prefix}word_errors`]: words,
    [`${prefix}character_errors`]: characters,
  };
}
