import { InputRangeError, isInputError } from "../../errors.ts";
import { EXAMPLE_TUNE } from "../../src/formats/directory_names.ts";
import { replaceFile } from "../../src/formats/write_file.ts";
import { integer, path } from "../../src/schema/mod.ts";
import { FILE } from "../data/mod.ts";
import { writeABC } from "../data/music/abc/mod.ts";
import { ProblemList } from "../data/music/mod.ts";
import { naming } from "../data/named_error.ts";
import { count, countParameters, percent, type Program } from "../task_model/mod.ts";
import { onlyPiece } from "./beginning.ts";
import { knownPieces, type MusicCorpus } from "./corpus.ts";
import { MOST_SEMITONES, OWN_STEPS_PER_QUARTER } from "./hyperparameters.ts";
import type { Likelihood } from "./likelihood.ts";
import { MusicModel } from "./model.ts";
import { readMusic, readMusicBytes, warningsOf } from "./music_files.ts";
import { musicFile } from "./music_output.ts";
import { MUSIC_PLAN, type MusicData, type MusicPlan, musicTokenizer, pieceTexts, readMusicData } from "./music_plan.ts";
import { readPiece } from "./pieces.ts";
import { PRESETS } from "./presets.ts";
import type { MusicTypes } from "./task.ts";

/** The music on which a model is evaluated. */
export interface MusicEvaluationPlan {
  /** The file or folder. */
  readonly data: string;
  /** Time steps of a quarter note, for MIDI files and a model of piano rolls; null for those of the model. */
  readonly stepsPerQuarter: number | null;
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

  async create({ stepsPerQuarter }, given, data) {
    return MusicModel.create({ stepsPerQuarter, ...given, tokenizer: await musicTokenizer(data) });
  },

  corpus(model, { corpus: { train, valid, test } }) {
    // The tokenizer is that of the training pieces; a resumed run may have other ones.
    const known = (part: readonly string[] | undefined, noun: string): readonly string[] | undefined => {
      if (part === undefined) return undefined;
      const { known, warning } = knownPieces(model.tokenizer, part, noun);
      if (warning !== undefined) leftOut.set(model, [...leftOut.get(model) ?? [], `${warning}.`]);
      return known.length > 0 ? known : undefined;
    };
    const [validKnown, testKnown] = [known(valid, "validation piece"), known(test, "test piece")];
    return Promise.resolve({ train, ...validKnown && { valid: validKnown }, ...testKnown && { test: testKnown } });
  },

  introduce(model, data) {
    const { train, valid, test } = data as MusicCorpus;
    const { cell, hidden } = model.config;
    return {
      text: `${cell} of ${[hidden].flat().join(", ")} on ${count(train.length, "piece")}, ${
        count(model.tokenizer.size, "token")
      }, ${countParameters(model)}`,
      lines: leftOut.get(model) ?? [],
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

  asking: { text: "Beginning, in ABC or JSON, or nothing", verb: "Compose", answer: composeFrom },

  async conclude(model, data, { directory, kept }) {
    const { valid: validation, test: testing } = data as MusicCorpus;
    // The epoch whose parameters are kept has measured as much of the validation pieces as there was time for.
    const valid = validation && (kept?.likelihood ?? await model.evaluate(validation));
    const test = testing && await model.evaluate(testing);
    const { files, line } = await writeExample(model, directory);
    return {
      lines: [
        ...valid ? [`Validation: ${describeLikelihood(model, valid, kept?.validationShare)}`] : [],
        line,
      ],
      results: test ? [`Test: ${describeLikelihood(model, test)}`] : [],
      fields: { ...likelihoodFields(valid, "valid_"), ...likelihoodFields(test, "test_"), files },
      tryWith: ["compose", "--out", "tune.mid"],
    };
  },

  evaluation: {
    data: path({ ...FILE, help: "File or folder of music to evaluate on; of split piano rolls, the test part." }),
    stepsPerQuarter: OWN_STEPS_PER_QUARTER,
    transposeTest: integer({
      group: "data",
      min: 0,
      max: MOST_SEMITONES,
      default: 0,
      value: "K",
      help: "Average the probability of each token over transpositions by up to K semitones up and down.",
    }),
  },

  async evaluate(model, { data, stepsPerQuarter: asked, transposeTest }) {
    const stepsPerQuarter = asked ?? model.config.stepsPerQuarter;
    const { music, problems } = await readMusic(data);
    const { kind } = model.notation;
    const changed = new ProblemList();
    const options = { notation: kind, stepsPerQuarter, problems: changed, part: "test" as const };
    const pieces = naming(data, () => pieceTexts(music, options));
    const { known, warning } = knownPieces(model.tokenizer, pieces, "piece");
    if (known.length === 0) throw new InputRangeError(`evaluate ${data}: ${warning ?? "expected a piece, found none"}`);
    const likelihood = await model.evaluate(known, { transpose: transposeTest });
    return {
      lines: [describeLikelihood(model, likelihood)],
      fields: {
        ...likelihoodFields(likelihood),
        transpose_test: transposeTest,
        left_out: pieces.length - known.length,
      },
      warnings: [...warningsOf(data, [...problems, ...changed.list()]), ...warning === undefined ? [] : [warning]],
    };
  },
};

/** The messages about pieces that were left out, by model. */
const leftOut = new WeakMap<MusicModel, readonly string[]>();

/** Composes a piece from a beginning in ABC or JSON, and returns it in ABC if it is a tune. */
async function composeFrom(model: MusicModel, given: string, seed: number): Promise<string> {
  const { notation: { kind: notation }, config: { stepsPerQuarter }, tokenizer } = model;
  const { text: prime } = given.trim() === "" ? { text: "" } : onlyPiece(
    await readMusicBytes(new TextEncoder().encode(given.trim())),
    { notation, stepsPerQuarter, tokenizer },
    "the beginning",
  );
  const [{ text }] = await model.compose({ prime, seed });
  const { tune } = readPiece(model, text);
  return tune ? writeABC([tune]) : text;
}

/** Composes a piece and writes it beside the model. Returns a line about the files, or about what stands in the way. */
async function writeExample(model: MusicModel, directory: string): Promise<{ files: string[]; line: string }> {
  const files: string[] = [];
  try {
    const [{ text }] = await model.compose({ seed: 1 });
    const piece = readPiece(model, text);
    for (const name of EXAMPLE_TUNE) {
      const path = `${directory.replace(/\/+$/, "")}/${name}`;
      await replaceFile(path, await musicFile(path, piece));
      files.push(path);
    }
    return { files, line: `The model composed ${files.join(", ")}.` };
  } catch (error) {
    // The model is trained and saved; a picture that cannot be drawn is no reason to fail.
    if (isInputError(error)) return { files, line: `No ${EXAMPLE_TUNE[files.length]}: ${error.message}` };
    throw error;
  }
}

/** Describes a likelihood: nats per time step with and without the first, per token and per note. */
function describeLikelihood({ notation: { unit } }: MusicModel, likelihood: Likelihood, share = 1): string {
  const { perStep, perLaterStep, perNote, perToken, steps, pieces } = likelihood;
  return `${perStep.toFixed(4)} nats per ${unit} (${perLaterStep.toFixed(4)} without the first of each piece), ` +
    `${perNote.toFixed(4)} per note, ${perToken.toFixed(4)} per token; ${count(pieces, "piece")}, ${
      count(steps, unit)
    }${share === 1 ? "" : `, ${percent(share)} of the data`}.`;
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
