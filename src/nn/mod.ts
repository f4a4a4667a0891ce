/**
 * Neural network layers: modules with parameters, built from differentiable operations and fused kernels. This folder
 * defines how a network computes; it must not depend on how a network is trained, saved or given data.
 * @module
 */
export { type BlasRequest, type Build, Engine, type EngineOptions, type ProductPrecision } from "../engine/mod.ts";
export {
  adaptiveMaxPool,
  add,
  additiveScores,
  affine,
  broadcastTo,
  concat,
  convolve,
  convolve2d,
  type Convolve2dOptions,
  crossEntropy,
  type CrossEntropyOptions,
  ctcLoss,
  type CTCLossOptions,
  div,
  dotScores,
  dropout,
  dropWeights,
  exp,
  gather,
  inference,
  largest,
  layerNorm,
  linear,
  linearCrossEntropy,
  type LinearScores,
  linearScores,
  lockedDropout,
  log,
  logSoftmax,
  maskSteps,
  matmul,
  maxPool,
  maxSteps,
  mean,
  meanSteps,
  mixSteps,
  mul,
  type NoAttributes,
  type Operand,
  type OperationAttributes,
  Parameter,
  type ParameterOptions,
  permute,
  persistentTensor,
  type Precision,
  Random,
  type RandomOptions,
  type Recorded,
  type RecordedOperation,
  type RecurrentAttributes,
  type ReductionAttributes,
  relu,
  reshape,
  type ScopeOptions,
  sigmoid,
  slice,
  softmax,
  sub,
  sum,
  tanh,
  Tensor,
  tensor,
  type TensorOptions,
  trace,
  type Traced,
  type TracedOperation,
  training,
  type TrainingOptions,
  transpose,
} from "../tensor/mod.ts";
export {
  initialiseConstant,
  initialiseNormal,
  initialiseOrthogonal,
  initialiseUniform,
  initialiseXavier,
  initialiseXavierNormal,
} from "./initialisation.ts";
export {
  Dropout,
  Embedding,
  type EmbeddingOptions,
  LayerNorm,
  type LayerNormOptions,
  Linear,
  type LinearOptions,
  LockedDropout,
} from "./layers.ts";
export { AdaptiveSoftmax, type AdaptiveSoftmaxOptions } from "./adaptive_softmax.ts";
export { type ClassSample, ClassSampler, type ClassSamplerOptions } from "./sampled_softmax.ts";
export {
  Attention,
  type AttentionKind,
  type AttentionMemory,
  type AttentionOptions,
  type AttentionResult,
  ATTENTIONS,
} from "./attention.ts";
export { AttentionPooling, type AttentionPoolingOptions, type AttentionPoolingResult } from "./attention_pooling.ts";
export { penalizeActivations, penalizeChanges } from "./activation_penalties.ts";
export { Convolution, type ConvolutionOptions } from "./convolution.ts";
export { PictureConvolution, type PictureConvolutionOptions } from "./picture_convolution.ts";
export { CarriedState } from "./carried_state.ts";
export type {
  RecurrentState,
  SequenceOptions,
  SequenceResult,
  StateArrays,
  StateShapes,
  StateTensors,
} from "./states.ts";
export { type Cell, CELLS, makeRecurrent } from "./cells.ts";
export { ChoGRU } from "./cho_gru_layer.ts";
export { MinGRU, QRNN, SRU } from "./linear_recurrent.ts";
export { MOST_LAYERS } from "./checks.ts";
export { Module, type ModuleOptions } from "./module.ts";
export { MogrifierLSTM, type MogrifierOptions } from "./mogrifier_layer.ts";
export { loadParameters, type LoadParametersOptions, type ParameterArray, parameterArrays } from "./parameters.ts";
export { type LoadedStateDict, loadStateDict, type LoadStateDictOptions } from "./state_dict.ts";
export { GRU } from "./gru_layer.ts";
export { LSTM } from "./lstm_layer.ts";
export { Recurrent } from "./recurrent.ts";
export type { LSTMOptions, RecurrentOptions, RNNOptions } from "./recurrent_options.ts";
export { RNN } from "./rnn_layer.ts";
