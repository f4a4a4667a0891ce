/**
 * Layers: modules with parameters, built from differentiable operations and fused kernels. This layer knows how a network
 * computes; it must not know how it is trained, saved or fed.
 * @module
 */
export {
  type Arena,
  type Backend,
  type Blas,
  type BlasRequest,
  type Block,
  type Build,
  type Call,
  Engine,
  type EngineOptions,
  type ForeignProduct,
  type KernelName,
  type Mark,
  type NativeLibrary,
  type Placement,
  type Recording,
  RepeatedStep,
  type Space,
} from "../engine/mod.ts";
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
export {
  Attention,
  type AttentionKind,
  type AttentionMemory,
  type AttentionOptions,
  type AttentionResult,
  ATTENTIONS,
} from "./attention.ts";
export { AttentionPooling, type AttentionPoolingOptions, type AttentionPoolingResult } from "./attention_pooling.ts";
export { CarriedState, type StateArrays, type StateShapes, type StateTensors } from "./carried_state.ts";
export { Module, type ModuleOptions } from "./module.ts";
export type { Packing } from "./packing.ts";
export type { LayerFunction, LayerInput, LayerResult, LayerWeights } from "./recurrence.ts";
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
