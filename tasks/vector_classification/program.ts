import { InputRangeError } from "../../errors.ts";
import { path } from "../../src/schema/mod.ts";
import { FILE } from "../data/mod.ts";
import { describeTest, drawConfusion, figureFields, formatLabels } from "../labels/mod.ts";
import { count, formatSpeed, percent, type Program } from "../task_model/mod.ts";
import { VECTOR_FOLDS } from "./cross_validation.ts";
import { describeAugmentation, describeFile, describeModel, describeProcessor } from "./describe.ts";
import { VectorClassifier, type VectorEvaluation } from "./model.ts";
import { describeSimple, measureSimple } from "./nearest_neighbor.ts";
import { vectorPictures } from "./pictures.ts";
import {
  makeProcessor,
  readFile,
  readVectorData,
  VECTOR_FORMAT,
  VECTOR_PLAN,
  type VectorData,
  type VectorFormat,
  type VectorPlan,
} from "./plan.ts";
import { PRESETS } from "./presets.ts";
import { type VectorCorpus, vectorLabels } from "./sequences.ts";
import type { VectorClassifierTypes } from "./task.ts";

/** The data on which a vector classifier is evaluated. */
export interface VectorEvaluationPlan extends VectorFormat {
  /** The file with the labeled sequences. */
  readonly data: string;
}

/** The commands that train and evaluate classifiers of vector sequences on files. */
export const VECTOR_PROGRAM: Program<
  VectorClassifierTypes,
  VectorClassifier,
  VectorPlan,
  VectorData,
  VectorEvaluationPlan
> = {
  model: VectorClassifier,
  plan: VECTOR_PLAN,
  sources: ["data"],
  presets: PRESETS,
  unit: "frames",
  nameOf: (_plan, { cell }, data = "motions") => `${data}-${cell}`,
  read: readVectorData,

  create(plan, given, data) {
    if (plan.calibrate && !data.corpus.valid) {
      throw new InputRangeError("calibrate: expected validation sequences, found none");
    }
    const { train, valid = [], test = [] } = data.corpus;
    // A label of one group only is no training label if that group is held out, but counts as a label all the same.
    const labels = vectorLabels([...train, ...valid, ...test]);
    const { dataFormat } = data;
    return Promise.resolve(VectorClassifier.create({ ...given, dataFormat, processor: makeProcessor(data), labels }));
  },

  corpus: (_model, { corpus }) => Promise.resolve(corpus),

  introduce(model, data, { files }, { warnings, settings }) {
    const { train, valid, test } = data as VectorCorpus;
    const { processor } = model;
    return {
      text: describeModel(model, train.length),
      lines: [describeProcessor(processor), describeAugmentation(processor, settings)],
      fields: {
        files,
        train: train.length,
        valid: valid?.length ?? 0,
        test: test?.length ?? 0,
        labels: model.config.labels,
        kind: processor.kind,
        skeleton: processor.skeleton,
        warnings,
      },
    };
  },

  epoch: ({ validLoss, validAccuracy, validMacroF1 }) => ({
    text: validAccuracy === null || validMacroF1 === null || validLoss === null
      ? ""
      : `, validation accuracy ${percent(validAccuracy)} (macro F1 ${validMacroF1.toFixed(4)}, loss ${
        validLoss.toFixed(4)
      })`,
    fields: { valid_loss: validLoss, valid_accuracy: validAccuracy, valid_macro_f1: validMacroF1 },
  }),

  async conclude(model, data, { plan, directory }) {
    const { train, valid: validation, test: testing } = data as VectorCorpus;
    const calibration = plan.calibrate && validation ? await model.calibrate(validation) : undefined;
    if (calibration) await model.save(directory);
    const valid = validation && await model.evaluate(validation);
    const test = testing && await model.evaluate(testing);
    const compare = async (
      part: string,
      sequences: VectorCorpus["valid"],
      found: VectorEvaluation | undefined,
    ): Promise<string[]> =>
      sequences && found
        ? describeSimple(await measureSimple(model.processor, train, sequences), found.accuracy, part)
        : [];
    const rest = ({ macroF1, loss }: { macroF1: number; loss: number }): string =>
      `macro F1 ${macroF1.toFixed(4)}, loss ${loss.toFixed(4)}.`;
    return {
      lines: [
        ...valid ? [`Validation accuracy ${percent(valid.accuracy)}, ${rest(valid)}`] : [],
        ...calibration
          ? [
            `Calibrated with temperature ${calibration.temperature.toFixed(3)}: expected calibration error on the ` +
            `validation sequences ${calibration.before.toFixed(4)} before, ${calibration.after.toFixed(4)} after.`,
          ]
          : [],
        ...test ? [] : await compare("validation", validation, valid),
      ],
      results: test ? [describeTest(test), ...await compare("test", testing, test)] : [],
      fields: {
        ...figureFields(valid, "valid_"),
        ...figureFields(test, "test_"),
        ...(calibration && { temperature: calibration.temperature }),
      },
      tryWith: ["classify", plan.data ?? "clip.gif"],
    };
  },

  pictures: vectorPictures,
  crossValidation: VECTOR_FOLDS,

  evaluation: {
    data: path({ ...FILE, help: "Labeled sequences to evaluate on." }),
    ...VECTOR_FORMAT,
  },

  draws: () => true,

  async evaluate(model, plan, host) {
    const file = await readFile(plan.data, plan, {
      ...host,
      ...model.processor.reading,
      likely: model.config.dataFormat ?? undefined,
      channels: model.processor.channels,
      labels: model.config.labels,
    });
    const start = performance.now();
    const evaluation = await model.evaluate(file.sequences);
    const perSecond = file.sequences.length / (performance.now() - start) * 1e3;
    const { sequences, labels, confusion } = evaluation;
    return {
      warnings: file.warnings,
      lines: [
        describeFile(plan.data, file),
        ...file.notes ?? [],
        [
          ...formatLabels(evaluation, "sequences"),
          "",
          `${count(sequences, "sequence")}, ${formatSpeed(perSecond)} a second`,
        ].join("\n"),
      ],
      fields: { sequences, ...figureFields(evaluation), labels, confusion, sequences_per_second: perSecond },
      picture: drawConfusion(labels.map(({ label }) => label), confusion),
    };
  },
};
