/**
 * Layers: modules with parameters, built from differentiable operations and fused kernels. This layer knows how a network
 * computes; it must not know how it is trained, saved or fed.
 * @module
 */
export { Engine, type EngineOptions } from "../engine/mod.ts";
export * from "../tensor/mod.ts";
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
export { Module, type ModuleOptions } from "./module.ts";
export {
  GRU,
  LSTM,
  type LSTMOptions,
  Recurrent,
  type RecurrentOptions,
  type RecurrentState,
  RNN,
  type RNNOptions,
  type SequenceOptions,
  type SequenceResult,
} from "./recurrent.ts";
