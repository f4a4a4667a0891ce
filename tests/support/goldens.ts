/**
 * Reads the goldens generated with PyTorch by `tests/goldens/generate.py`, which describes the fields. The files are
 * modules, so reading them needs no permission.
 */
import type { TranslatorConfig } from "../../tasks/translation/mod.ts";

/** Float32 values and their shape, flat and row-major. */
export interface GoldenTensor {
  shape: number[];
  data: Float32Array;
}

/** Ids and their shape, flat and row-major. */
export interface GoldenIds {
  shape: number[];
  data: Int32Array;
}

/** Tensors by name. */
export type GoldenTensors = Record<string, GoldenTensor>;

/** A layer's outputs for fixed inputs, and the gradients for fixed cotangents of the outputs. */
export interface LayerGolden {
  parameters: GoldenTensors;
  outputs: GoldenTensors;
  cotangents: GoldenTensors;
  gradients: GoldenTensors;
}

/** A case of a recurrent layer. */
export interface RecurrentGolden extends LayerGolden {
  options: {
    cell: "rnn_tanh" | "rnn_relu" | "lstm" | "gru" | "qrnn" | "sru" | "mingru" | "mogrifier" | "chogru";
    input_size: number;
    hidden_size: number;
    proj_size: number;
    num_layers: number;
    bidirectional: boolean;
    bias: boolean;
    /** Of a Mogrifier LSTM. */
    rounds?: number;
  };
  lengths: number[] | null;
  inputs: { x: GoldenTensor; h0: GoldenTensor; c0?: GoldenTensor; x0?: GoldenTensor };
}

/** A case of weight_dropout: a mask on each recurrent weight, drawn from the seed and the step. */
export interface WeightDropoutGolden extends RecurrentGolden {
  options: RecurrentGolden["options"] & { rate: number; seed: number; step: number };
}

/** The cases of layers. */
export interface LayersGolden {
  linear: LinearGolden;
  linear_no_bias: LinearGolden;
  embedding: LayerGolden & {
    options: { layer: "embedding"; num_embeddings: number; embedding_dim: number };
    inputs: { ids: GoldenIds };
  };
  layer_norm: LayerNormGolden;
  layer_norm_shifted: LayerNormGolden;
  cross_entropy: CrossEntropyGolden;
  cross_entropy_ignored: CrossEntropyGolden;
  cross_entropy_large_logits: CrossEntropyGolden;
}

/** A case of linear. */
export interface LinearGolden extends LayerGolden {
  options: { layer: "linear"; in_features: number; out_features: number; bias: boolean };
  inputs: { x: GoldenTensor };
}

/** A case of layer norm. */
export interface LayerNormGolden extends LayerGolden {
  options: { layer: "layer_norm"; normalized_shape: number; eps: number };
  inputs: { x: GoldenTensor };
}

/** A case of cross-entropy. Targets of -1 are ignored. */
export interface CrossEntropyGolden extends LayerGolden {
  options: { layer: "cross_entropy"; ignore_index: number };
  inputs: { logits: GoldenTensor; targets: GoldenIds };
}

/** A case of a convolution, followed by relu and max pooling if `pool` is not null. */
export interface ConvolutionGolden extends LayerGolden {
  options: { layer: "convolution"; width: number; bias: boolean; pool: number | null };
  lengths: number[];
  inputs: { x: GoldenTensor };
}

/** A case of a convolution of pictures. */
export interface PictureConvolutionGolden extends LayerGolden {
  options: { layer: "picture_convolution"; width: number; stride: number; padding: number; bias: boolean };
  inputs: { x: GoldenTensor };
}

/** A case of pooling over each sequence's own steps; `width` is that of attention's query. */
export interface PoolingGolden extends LayerGolden {
  options: { layer: string; width?: number; regions?: number };
  lengths: number[];
  inputs: { x: GoldenTensor };
}

/** A case of attention; the lengths are those of the states. */
export interface AttentionGolden extends LayerGolden {
  options: { layer: "attention"; kind: "dot" | "general" | "additive" | "multihead"; heads: number };
  lengths: number[];
  inputs: { queries: GoldenTensor; states: GoldenTensor };
}

/** A case of a complete translator. `targets` are in the order of the sentences. */
export interface TranslationGolden extends Omit<LayerGolden, "cotangents"> {
  options: TranslatorConfig;
  lengths: { source: number[]; target: number[] };
  inputs: { source: GoldenIds; target: GoldenIds };
  targets: GoldenIds;
}

/** A case of cross-entropy with label smoothing and class weights. */
export interface SmoothedCrossEntropyGolden extends LayerGolden {
  options: { layer: "cross_entropy"; ignore_index: number; label_smoothing: number; weight: GoldenTensor | null };
  inputs: { logits: GoldenTensor; targets: GoldenIds };
}

/** A case of the cross-entropy of independent labels. */
export interface BinaryCrossEntropyGolden extends LayerGolden {
  options: { layer: "binary_cross_entropy"; label_smoothing: number; pos_weight: GoldenTensor | null };
  inputs: { logits: GoldenTensor; targets: GoldenIds };
}

/** A case of the cross-entropy of a linear layer. */
export interface OutputLossGolden extends LayerGolden {
  options: { layer: "output_loss"; ignore_index: number; label_smoothing: number; weight: GoldenTensor | null };
  inputs: { x: GoldenTensor; targets: GoldenIds };
}

/** A case of the cross-entropy of a linear layer over a sample of the classes. */
export interface SampledSoftmaxGolden extends LayerGolden {
  options: { layer: "sampled_softmax"; classes: GoldenIds; shifts: GoldenTensor };
  inputs: { x: GoldenTensor; targets: GoldenIds };
}

/** A case of an adaptive softmax. */
export interface AdaptiveSoftmaxGolden extends LayerGolden {
  options: {
    layer: "adaptive_softmax";
    in_features: number;
    n_classes: number;
    cutoffs: number[];
    div_value: number;
    head_bias: boolean;
  };
  inputs: { x: GoldenTensor; targets: GoldenIds };
  scores: GoldenTensor;
  predicted: GoldenIds;
}

/** A case of the logarithm of the softmax. */
export interface LogSoftmaxGolden extends LayerGolden {
  inputs: { x: GoldenTensor };
}

/** A case of the CTC loss; without gradients if a loss is infinite, which is null in `losses`. */
export interface CTCLossGolden extends Partial<LayerGolden> {
  options: { layer: "ctc_loss"; blank: number; zero_infinity: boolean; labels: number[][] };
  lengths: number[];
  inputs: { x: GoldenTensor };
  losses?: (number | null)[];
}

/** Steps of PyTorch's SparseAdam on an embedding of which each step uses some rows. */
export interface LazyAdamGolden {
  options: { lr: number; betas?: [number, number]; eps?: number };
  initial: GoldenTensor;
  steps: { ids: number[]; slopes: GoldenTensor; table: GoldenTensor }[];
}

/** Ten steps of an optimizer. */
export interface OptimizerGolden {
  optimizer: "sgd" | "adam" | "adamw" | "rmsprop";
  options: {
    lr: number;
    weight_decay?: number;
    momentum?: number;
    dampening?: number;
    nesterov?: boolean;
    betas?: [number, number];
    eps?: number;
    alpha?: number;
    centered?: boolean;
  };
  initial: GoldenTensors;
  steps: { gradients: GoldenTensors; parameters: GoldenTensors }[];
}

/** The losses of a forecaster's outputs at some values, in double precision. */
export interface ForecastLossGolden {
  scale: number;
  outputs: number[][];
  values: number[];
  losses: number[];
  slopes: number[][];
}

/** The learning rates of a schedule, one per step; for reduce_on_plateau, one after each metric. */
export type ScheduleGolden =
  | { schedule: "step"; options: { lr: number; step_size: number; gamma: number }; rates: number[] }
  | { schedule: "exponential"; options: { lr: number; gamma: number }; rates: number[] }
  | {
    schedule: "cosine";
    options: { lr: number; warmup: number; total: number; min_lr: number };
    rates: number[];
  }
  | { schedule: "linear"; options: { lr: number; total: number; end: number }; rates: number[] }
  | {
    schedule: "one_cycle";
    options: { lr: number; total: number; pct_start: number; div_factor: number; final_div_factor: number };
    rates: number[];
  }
  | {
    schedule: "reduce_on_plateau";
    options: {
      lr: number;
      factor: number;
      patience: number;
      threshold: number;
      threshold_mode: "rel";
      mode: "min";
      cooldown: number;
      min_lr: number;
    };
    metrics: number[];
    rates: number[];
  };

/** Gradients before and after clipping; `norm` is the global norm before. */
export type ClippingGolden =
  | { clip: "norm"; limit: number; norm: number; gradients: GoldenTensors; clipped: GoldenTensors }
  | { clip: "value"; limit: number; gradients: GoldenTensors; clipped: GoldenTensors };

/** Fifty training steps of a small language model with each of two optimizers. */
export interface LossCurveGolden {
  options: { V: number; B: number; T: number; embed: number; hidden: number; steps: number };
  formula: string;
  ids: GoldenIds;
  initial: GoldenTensors;
  runs: Record<"sgd" | "adam", LossCurveRun>;
}

/** One optimizer's fifty steps. */
export interface LossCurveRun {
  optimizer: "sgd" | "adam";
  lr: number;
  clip: number;
  losses: number[];
  final: GoldenTensors;
}

/** The golden files by name, with their cases by name. */
export interface Goldens {
  rnn_tanh: Record<string, RecurrentGolden>;
  rnn_relu: Record<string, RecurrentGolden>;
  lstm: Record<string, RecurrentGolden>;
  gru: Record<string, RecurrentGolden>;
  qrnn: Record<string, RecurrentGolden>;
  sru: Record<string, RecurrentGolden>;
  mingru: Record<string, RecurrentGolden>;
  mogrifier: Record<string, RecurrentGolden>;
  chogru: Record<string, RecurrentGolden>;
  weight_dropout: Record<string, WeightDropoutGolden>;
  layers: LayersGolden;
  convolution: Record<string, ConvolutionGolden>;
  picture_convolution: Record<string, PictureConvolutionGolden>;
  pooling: Record<string, PoolingGolden>;
  attention: Record<string, AttentionGolden>;
  translation: Record<string, TranslationGolden>;
  output_loss: Record<string, OutputLossGolden>;
  sampled_softmax: Record<string, SampledSoftmaxGolden>;
  adaptive_softmax: Record<string, AdaptiveSoftmaxGolden>;
  log_softmax: Record<string, LogSoftmaxGolden>;
  ctc_loss: Record<string, CTCLossGolden>;
  smoothed_cross_entropy: Record<string, SmoothedCrossEntropyGolden>;
  binary_cross_entropy: Record<string, BinaryCrossEntropyGolden>;
  optimizers: Record<string, OptimizerGolden>;
  lazy_adam: Record<string, LazyAdamGolden>;
  forecast_losses: Record<string, ForecastLossGolden>;
  schedules: Record<string, ScheduleGolden>;
  clipping: Record<string, ClippingGolden>;
  loss_curve_lstm: LossCurveGolden;
  loss_curve_gru: LossCurveGolden;
  loss_curve_rnn: LossCurveGolden;
}

const FILES: Record<keyof Goldens, () => Promise<{ default: unknown }>> = {
  weight_dropout: () => import("../goldens/weight_dropout.json", { with: { type: "json" } }),
  rnn_tanh: () => import("../goldens/rnn_tanh.json", { with: { type: "json" } }),
  rnn_relu: () => import("../goldens/rnn_relu.json", { with: { type: "json" } }),
  lstm: () => import("../goldens/lstm.json", { with: { type: "json" } }),
  gru: () => import("../goldens/gru.json", { with: { type: "json" } }),
  qrnn: () => import("../goldens/qrnn.json", { with: { type: "json" } }),
  sru: () => import("../goldens/sru.json", { with: { type: "json" } }),
  mingru: () => import("../goldens/mingru.json", { with: { type: "json" } }),
  mogrifier: () => import("../goldens/mogrifier.json", { with: { type: "json" } }),
  chogru: () => import("../goldens/chogru.json", { with: { type: "json" } }),
  layers: () => import("../goldens/layers.json", { with: { type: "json" } }),
  attention: () => import("../goldens/attention.json", { with: { type: "json" } }),
  translation: () => import("../goldens/translation.json", { with: { type: "json" } }),
  convolution: () => import("../goldens/convolution.json", { with: { type: "json" } }),
  picture_convolution: () => import("../goldens/picture_convolution.json", { with: { type: "json" } }),
  pooling: () => import("../goldens/pooling.json", { with: { type: "json" } }),
  output_loss: () => import("../goldens/output_loss.json", { with: { type: "json" } }),
  sampled_softmax: () => import("../goldens/sampled_softmax.json", { with: { type: "json" } }),
  adaptive_softmax: () => import("../goldens/adaptive_softmax.json", { with: { type: "json" } }),
  log_softmax: () => import("../goldens/log_softmax.json", { with: { type: "json" } }),
  ctc_loss: () => import("../goldens/ctc_loss.json", { with: { type: "json" } }),
  smoothed_cross_entropy: () => import("../goldens/smoothed_cross_entropy.json", { with: { type: "json" } }),
  binary_cross_entropy: () => import("../goldens/binary_cross_entropy.json", { with: { type: "json" } }),
  optimizers: () => import("../goldens/optimizers.json", { with: { type: "json" } }),
  lazy_adam: () => import("../goldens/lazy_adam.json", { with: { type: "json" } }),
  forecast_losses: () => import("../goldens/forecast_losses.json", { with: { type: "json" } }),
  schedules: () => import("../goldens/schedules.json", { with: { type: "json" } }),
  clipping: () => import("../goldens/clipping.json", { with: { type: "json" } }),
  loss_curve_lstm: () => import("../goldens/loss_curve_lstm.json", { with: { type: "json" } }),
  loss_curve_gru: () => import("../goldens/loss_curve_gru.json", { with: { type: "json" } }),
  loss_curve_rnn: () => import("../goldens/loss_curve_rnn.json", { with: { type: "json" } }),
};

/** Returns a fresh copy of a golden file, with its tensors as typed arrays. */
export async function loadGolden<Name extends keyof Goldens>(name: Name): Promise<Goldens[Name]> {
  return decode((await FILES[name]()).default) as Goldens[Name];
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== "object" || value === null) return value;
  if (isTensor(value)) {
    const data = value.dtype === "int32" ? Int32Array.from(value.data) : Float32Array.from(value.data);
    const size = value.shape.reduce((product, length) => product * length, 1);
    if (data.length !== size) {
      throw new RangeError(`read a golden: expected ${size} values for shape [${value.shape}], found ${data.length}`);
    }
    return { shape: [...value.shape], data };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]));
}

function isTensor(value: object): value is { dtype: "float32" | "int32"; shape: number[]; data: number[] } {
  return "dtype" in value;
}
