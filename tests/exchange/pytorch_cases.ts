// Small models of every task with random weights, and what their networks compute of random inputs.

import {
  CharTokenizer,
  Classifier,
  Forecaster,
  FrameProcessor,
  LanguageModel,
  MusicModel,
  PipelineTokenizer,
  presets,
  SoundProcessor,
  SpeechRecognizer,
  Translator,
  treebankTokenizer,
  VectorClassifier,
} from "../../mod.ts";
import { add, affine, ATTENTIONS, CELLS, inference, initialiseUniform, Random, tensor } from "../../src/nn/mod.ts";
import { vectorSequence } from "../../tasks/data/mod.ts";
import { encodeSeries } from "../../tasks/forecasting/encoded_series.ts";
import { readWindows } from "../../tasks/forecasting/windows.ts";
import type { ExportableModel } from "../../tasks/exchange/mod.ts";
import { linearInputs, LinearPart, POOLINGS } from "../../tasks/mod.ts";
import { seededRandom } from "../support/random.ts";
import { withCovariates } from "../tasks/forecasting/series.ts";

/** An argument of a network's forward pass, or its result. */
export interface Values {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** Whether the values are ids. */
  readonly isInteger?: boolean;
}

/** A model, and a pass through its network. */
export interface PyTorchCase {
  readonly name: string;
  readonly model: ExportableModel;
  /** The arguments of the program's `forward`, and what it returns. */
  readonly run: () => { readonly inputs: readonly Values[]; readonly output: Values };
}

const TEXTS = ["a fine film", "a dull film", "not so bad at all"];
const random = seededRandom(7);

function ids(shape: readonly number[], below: number): Values & { ids: Int32Array } {
  const own = Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.floor(random() * below));
  return { shape, values: [...own], isInteger: true, ids: own };
}

function floats(shape: readonly number[]): Values & { data: Float32Array } {
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 2 * random() - 1);
  return { shape, values: [...data], data };
}

function lengths(...values: readonly number[]): Values & { data: Int32Array } {
  return { shape: [values.length], values, isInteger: true, data: Int32Array.from(values) };
}

/** Draws all weights anew, since some are zeros at first. */
function shaken<M extends ExportableModel>(model: M): M {
  const own = new Random(5);
  for (const parameter of model.network.parameters()) initialiseUniform(parameter, 0.6, own);
  return model;
}

/** Runs a pass and returns its output. */
function outputOf(run: () => { shape: readonly number[]; toArray(): Float32Array }): Values {
  return inference(() => {
    const output = run();
    return { shape: output.shape, values: [...output.toArray()] };
  });
}

type ModelOptions = Record<string, unknown>;

function languageModel(name: string, options: ModelOptions): PyTorchCase {
  const tokenizer = CharTokenizer.train(
    "abcdefgh".concat(...Array.from({ length: 120 }, (_, i) => String.fromCharCode(300 + i))),
  );
  const model = shaken(LanguageModel.create({ tokenizer, embed: 6, hidden: 5, ...options }));
  return {
    name: `language model ${name}`,
    model,
    run: () => {
      const x = ids([4, 3], tokenizer.size);
      return { inputs: [x], output: outputOf(() => model.network.forward(x.ids, 4, 3).logits) };
    },
  };
}

function classifier(name: string, options: ModelOptions): PyTorchCase {
  const tokenizer = treebankTokenizer(TEXTS);
  const model = shaken(Classifier.create({ tokenizer, labels: ["bad", "good"], embed: 6, hidden: 5, ...options }));
  return {
    name: `classifier ${name}`,
    model,
    run: () => {
      const [x, n] = [ids([6, 3], tokenizer.size), lengths(6, 1, 4)];
      return { inputs: [x, n], output: outputOf(() => model.network.forward(x.ids, n.data).logits) };
    },
  };
}

/** A classifier with a linear model, which is given weights without a training. */
function wideClassifier(name: string, options: ModelOptions): PyTorchCase {
  const features = { words: 2, shapes: false, letters: [2, 3], positions: null, buckets: 64 } as const;
  const tokenizer = treebankTokenizer(TEXTS);
  const model = Classifier.create({ tokenizer, labels: ["bad", "good"], embed: 6, hidden: 5, ...options });
  const config = { ...model.config, linear: { ...features, blend: [0.75, 1.5] } } as const;
  const { network } = model;
  network.linear = new LinearPart(features, 2, network.engine);
  Object.defineProperty(model, "config", { value: config });
  shaken(model);
  return {
    name: `classifier ${name}`,
    model,
    run: () => {
      const [x, n] = [ids([6, 3], tokenizer.size), lengths(6, 1, 4)];
      const { features, values, shape } = linearInputs(TEXTS, config);
      const output = outputOf(() => {
        const wide = network.linear!.forward(features, tensor(values, shape));
        if (network.members.length === 0) return wide;
        return add(affine(network.forward(x.ids, n.data).logits, 0.75), affine(wide, 1.5));
      });
      const wide: Values[] = [{ shape, values: [...features], isInteger: true }, { shape, values: [...values] }];
      return { inputs: network.members.length === 0 ? wide : [x, n, ...wide], output };
    },
  };
}

function vectorClassifier(name: string, options: ModelOptions, picture?: readonly [number, number]): PyTorchCase {
  const width = picture ? picture[0] * picture[1] : 3;
  const frames = [Array.from({ length: width }, (_, i) => i), Array.from({ length: width }, () => 2)];
  const processor = FrameProcessor.fit(
    [vectorSequence(frames)],
    picture ? { kind: "picture", picture, velocities: false } : {},
  );
  const model = shaken(VectorClassifier.create({ processor, labels: ["up", "down"], hidden: 5, ...options }));
  return {
    name: `vector classifier ${name}`,
    model,
    run: () => {
      const [x, n] = [floats([6, 3, model.config.input]), lengths(6, 1, 4)];
      return { inputs: [x, n], output: outputOf(() => model.network.forward(tensor(x.data, x.shape), n.data)) };
    },
  };
}

function translator(name: string, options: ModelOptions): PyTorchCase {
  const sourceTokenizer = CharTokenizer.train("abcdef");
  const model = shaken(Translator.create({ sourceTokenizer, embed: 4, hidden: 8, layers: 2, ...options }));
  const { network } = model;
  return {
    name: `translator ${name}`,
    model,
    run: () => {
      const [x, n, y] = [ids([5, 3], 6), lengths(5, 2, 3), ids([4, 3], network.vocabulary)];
      const output = outputOf(() => {
        const encoded = network.encode({ ids: x.ids, lengths: n.data });
        return network.score(network.decode(encoded, { ids: y.ids, lengths: Int32Array.of(4, 4, 4) }).readout);
      });
      return { inputs: [x, n, y], output };
    },
  };
}

function forecaster(name: string, options: ModelOptions): PyTorchCase {
  const set = withCovariates(60, 3);
  const model = shaken(Forecaster.create({ data: set, horizon: 4, hidden: 5, window: 5, ...options }));
  return {
    name: `forecaster ${name}`,
    model,
    run: () => {
      const series = encodeSeries(set, model.processors.processor, model.config.horizon);
      const origins = [[0, 9], [1, 3], [0, 30]].map(([series, at]) => ({ series, at }));
      const batch = readWindows(series, origins, model.config, model.processors.processor);
      const [B, T] = [batch.size, batch.steps];
      const of = (data: ArrayLike<number>, shape: number[]): Values => ({ shape, values: Array.from(data) });
      const known = batch.ahead.length / (B * model.config.horizon);
      const inputs = [
        of(batch.inputs, [T, B, batch.inputs.length / (T * B)]),
        { ...of(batch.lengths, [B]), isInteger: true },
        of(batch.values, [B, batch.values.length / B]),
        of(batch.naive, [B, model.config.horizon]),
        ...known > 0 ? [of(batch.ahead, [B, model.config.horizon, known])] : [],
        ...batch.statics.map((categories) => ({ ...of(categories, [B]), isInteger: true })),
      ];
      return { inputs, output: outputOf(() => model.network.forward(batch, model.config.correction)) };
    },
  };
}

const SOUNDS = await SoundProcessor.fit([], { bands: 4 });

function speech(name: string, options: ModelOptions): PyTorchCase {
  const tokenizer = CharTokenizer.train("abc");
  const model = shaken(SpeechRecognizer.create({ processor: SOUNDS, tokenizer, hidden: 5, layers: 2, ...options }));
  return {
    name: `speech recognizer ${name}`,
    model,
    run: () => {
      const [x, n] = [floats([6, 3, model.config.input]), lengths(6, 2, 4)];
      return { inputs: [x, n], output: outputOf(() => model.network.forward(tensor(x.data, x.shape), n.data)) };
    },
  };
}

const ROLLS = await PipelineTokenizer.train(["."], presets.steps({ lowest: 60, highest: 64 }));
const TUNE = await PipelineTokenizer.train(["M:3/4 K:D B:2 @2 A2 ^A | @1 [DF]3 |]"], presets.abc());

function music(name: string, options: ModelOptions): PyTorchCase {
  const model = shaken(MusicModel.create({ tokenizer: ROLLS, embed: 4, hidden: 5, ...options }));
  const { network, notation: { rules: { vocabSize: V, features: C, insideFeatures: I } } } = model;
  return {
    name: `music model ${name}`,
    model,
    run: () => {
      const [T, B, N] = [4, 3, 7];
      const [before, features] = [ids([T, B], V), floats([T, B, C])];
      const [rows, inside] = [ids([N], T * B), floats([N, I])];
      const places = { rows: rows.ids, inside: inside.data, bans: new Float32Array(N * V) };
      const output = outputOf(() => {
        const { hidden } = network.read({ T, B, ids: before.ids, features: features.data });
        return I === 0 ? network.score(hidden) : network.decode(hidden, places);
      });
      return { inputs: [before, features, ...I === 0 ? [] : [rows, inside]], output };
    },
  };
}

/** Makes the cases one by one: every cell for every task, and every other part of a network. */
export function* pytorchCases(): Generator<PyTorchCase, void, void> {
  for (const cell of CELLS) {
    yield languageModel(cell, { cell, layers: 2 });
    yield classifier(cell, { cell, layers: 2, bidirectional: true });
    yield vectorClassifier(cell, { cell });
    yield translator(cell, { cell });
    yield forecaster(cell, { cell });
    yield speech(cell, { cell });
    yield music(cell, { cell, layers: 2 });
    yield music(`${cell}, of tunes`, { cell, tokenizer: TUNE });
  }
  yield languageModel("tied", { tied: true, embed: 5 });
  yield languageModel("of several sizes", { hidden: [5, 7, 6] });
  yield languageModel("of several sizes, own cell", { hidden: [5, 7, 6], cell: "sru" });
  yield languageModel("with an adaptive softmax", { softmax: "adaptive", cutoffs: [20, 60], hidden: 16 });
  for (const pooling of POOLINGS) yield classifier(pooling, { pooling, bidirectional: pooling !== "last" });
  yield classifier("with a convolution", { conv: 4, convPool: 2, filters: 7 });
  yield classifier("with regions", { poolRegions: 3, pooling: "mean", conv: 3, convPool: 2 });
  yield classifier("ensemble", { members: 3, bidirectional: false });
  yield wideClassifier("with a linear model", {});
  yield wideClassifier("ensemble with a linear model", { members: 2, pooling: "attention" });
  yield wideClassifier("of a linear model alone", { architecture: "linear" });
  yield vectorClassifier("with a convolution", { conv: 3, convPool: 4, bidirectional: true, pooling: "concat" });
  yield vectorClassifier("of pictures", { pictureFilters: 2, members: 2 }, [20, 12]);
  for (const attention of [...ATTENTIONS, "none"]) {
    const sizes = attention === "dot" ? { encoderHidden: 4 } : {};
    yield translator(`with attention ${attention}`, { attention, heads: 2, ...sizes });
  }
  yield translator("with one head", { attention: "multihead", heads: 1 });
  for (const bridge of ["zero", "copy", "dense"]) {
    yield translator(`with the bridge ${bridge}`, { bridge, encoderHidden: 4, cell: "gru", inputFeeding: true });
    yield translator(`with the bridge ${bridge}, own cell`, { bridge, encoderHidden: 4, cell: "qrnn" });
  }
  yield translator("shared and tied", { shared: true, tied: true });
  yield forecaster("ensemble without a linear map", { members: 2, linear: false, layers: 2, correction: 0.3 });
  yield music("of several sizes", { hidden: [5, 7, 6] });
  yield speech("with a convolution and no norms", { conv: 3, layerNorm: false, bidirectional: false });
}
