import { replaceFile } from "../../src/formats/write_file.ts";
import { integer, path } from "../../src/schema/mod.ts";
import { FILE } from "../data/mod.ts";
import { count, countParameters, type Program } from "../task_model/mod.ts";
import type { MusicCorpus } from "./corpus.ts";
import { MOST_SEMITONES } from "./hyperparameters.ts";
import type { Likelihood } from "./likelihood.ts";
import { MusicModel } from "./model.ts";
import { readMusic, warningsOf } from "./music_files.ts";
import { musicFile } from "./music_output.ts";
import { MUSIC_PLAN, type MusicData, type MusicPlan, musicTokenizer, pieceTexts, readMusicData } from "./music_plan.ts";
import { readPiece } from "./pieces.ts";
import { PRESETS } from "./presets.ts";
import type { MusicTypes } from "./task.ts";

/** The music on which a model is evaluated. */
export interface MusicEvaluationPlan {
  /** The file or folder. */
  readonly data: string;
  /** Time steps of a quarter note, for MIDI files and a model of piano rolls. Default: 4. */
  readonly stepsPerQuarter: number;
  /** Averages the probability of each token over transpositions by up to this many semitones. Default: 0. */
  readonly transposeTest: number;
}

/** The commands that train and evaluate music models on files. */
export const MUSIC_PROGRAM: Program<MusicTypes, MusicModel, MusicPlan, MusicData, MusicEvaluationPlan> = {
  model: MusicModel,
  plan: MUSIC_PLAN,
  sources: ["data"],
  presets: PRESETS,
  nameOf: (_plan, { cell }, data = "tunes") => `${data}-${cell}`,
  read: readMusicData,

  async create(_plan, given, data) {
    return MusicModel.create({ ...given, tokenizer: await musicTokenizer(data) });
  },

  corpus: (_model, { corpus }) => Promise.resolve(corpus),

  introduce(model, data) {
    const { train, valid, test } = data as MusicCorpus;
    const { cell, hidden } = model.config;
    return {
      text: `${cell} of ${[hidden].flat().join(", ")} on ${count(train.length, "piece")}, ${
        count(model.tokenizer.size, "token")
      }, ${countParameters(model)}`,
      fields: {
        train: train.length,
        valid: valid?.length ?? 0,
        test: test?.length ?? 0,
        notation: model.notation.kind,
      },
    };
  },

  epoch: ({ validLoss, likelihood }) => ({
    text: validLoss === null || likelihood === null
      ? ""
      : `, validation loss ${likelihood.perToken.toFixed(4)} per token, ${validLoss.toFixed(4)} per step`,
    fields: { valid_loss: validLoss, ...likelihoodFields(likelihood ?? undefined, "valid_") },
  }),

  async conclude(model, data, { directory }) {
    const { valid: validation, test: testing } = data as MusicCorpus;
    const valid = validation && await model.evaluate(validation);
    const test = testing && await model.evaluate(testing);
    const files = await writeExample(model, directory);
    return {
      lines: [
        ...valid ? [`Validation: ${describeLikelihood(model, valid)}`] : [],
        ...files.length > 0 ? [`The model composed ${files.join(", ")}.`] : [],
      ],
      results: test ? [`Test: ${describeLikelihood(model, test)}`] : [],
      fields: { ...likelihoodFields(valid, "valid_"), ...likelihoodFields(test, "test_"), files },
      tryWith: ["compose"],
    };
  },

  evaluation: {
    data: path({ ...FILE, help: "File or folder of music to evaluate on; of split piano rolls, the test part." }),
    stepsPerQuarter: MUSIC_PLAN.stepsPerQuarter,
    transposeTest: integer({
      group: "data",
      min: 0,
      max: MOST_SEMITONES,
      default: 0,
      value: "K",
      help: "Average the probability of each token over transpositions by up to K semitones up and down.",
    }),
  },

  async evaluate(model, { data, stepsPerQuarter, transposeTest }) {
    const { music, problems } = await readMusic(data);
    const { kind } = model.notation;
    const part = music.kind === "rolls" && music.rolls.test.length > 0 ? { part: "test" as const } : {};
    const pieces = pieceTexts(music, { notation: kind, stepsPerQuarter, ...part });
    const likelihood = await model.evaluate(pieces, { transpose: transposeTest });
    return {
      lines: [describeLikelihood(model, likelihood)],
      fields: { ...likelihoodFields(likelihood), transpose_test: transposeTest },
      warnings: warningsOf(data, problems),
    };
  },
};

/** The files of the piece that is composed after training. */
const EXAMPLES = ["tune.mid", "tune.wav", "tune.svg"];

/** Composes a piece and writes it beside the model. Returns the files. */
async function writeExample(model: MusicModel, directory: string): Promise<string[]> {
  const [{ text }] = await model.compose({ seed: 1 });
  const piece = readPiece(model.notation, text);
  const paths = EXAMPLES.map((name) => `${directory.replace(/\/+$/, "")}/${name}`);
  for (const path of paths) await replaceFile(path, await musicFile(path, piece));
  return paths;
}

/** Describes a likelihood: nats per time step with and without the first, per token and per note. */
function describeLikelihood({ notation: { unit } }: MusicModel, likelihood: Likelihood): string {
  const { perStep, perLaterStep, perNote, perToken, steps, pieces } = likelihood;
  return `${perStep.toFixed(4)} nats per ${unit} (${perLaterStep.toFixed(4)} without the first of each piece), ` +
    `${perNote.toFixed(4)} per note, ${perToken.toFixed(4)} per token; ${count(pieces, "piece")}, ${
      count(steps, unit)
    }.`;
}

function likelihoodFields(likelihood: Likelihood | undefined, prefix = ""): Record<string, unknown> {
  if (likelihood === undefined) return {};
  const { perStep, perLaterStep, perToken, perNote, steps, tokens, notes, pieces } = likelihood;
  return {
    [`${prefix}nats_per_step`]: perStep,
    [`${prefix}nats_per_later_step`]: perLaterStep,
    [`${prefix}nats_per_token`]: perToken,
    [`${prefix}nats_per_note`]: perNote,
    ...prefix === "" && { pieces, steps, tokens, notes },
  };
}
