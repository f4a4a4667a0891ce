/**
 * Tensors, the tape and the differentiable operations. This layer knows shapes and gradients; it must not know about
 * modules, optimizers or texts.
 * @module
 */
export { additiveScores, dotScores, mixSteps } from "./attention.ts";
export { convolve } from "./convolution.ts";
export { convolve2d, type Convolve2dOptions } from "./picture_convolution.ts";
export { ctcLoss, type CTCLossOptions } from "./ctc_loss.ts";
export { dropout, dropWeights, lockedDropout } from "./dropout.ts";
export { add, affine, div, exp, log, mul, relu, sigmoid, sub, tanh } from "./elementwise.ts";
export { layerNorm } from "./layer_norm.ts";
export { broadcastTo, concat, gather, permute, reshape, slice, transpose } from "./layout.ts";
export { persistentTensor, tensor, type TensorOptions } from "./create.ts";
export { matmul } from "./matmul.ts";
export { linearCrossEntropy, type LinearScores, linearScores } from "./output_loss.ts";
export { expectShape, Parameter, type ParameterOptions, type Precision } from "./parameter.ts";
export { type DenseRows, keptPacked, linear, multiplyKept, projectBackward, projectInto } from "./projection.ts";
export { type Matrix, matrixAt, matrixOf, multiply, type Rows, rowsFrom } from "./product.ts";
export { Random, type RandomOptions } from "./random.ts";
export { largest, mean, sum } from "./reductions.ts";
export type {
  NoAttributes,
  Operand,
  OperationAttributes,
  Recorded,
  RecordedOperation,
  RecurrentAttributes,
  ReductionAttributes,
} from "./operation.ts";
export { type BackwardWatch, inference, Scope, type ScopeOptions, training, type TrainingOptions } from "./scope.ts";
export { type Place, Slab, slabSize } from "./slab.ts";
export type { Gradient, Spans } from "./gradient.ts";
export { crossEntropy, type CrossEntropyOptions, logSoftmax, softmax } from "./softmax.ts";
export { adaptiveMaxPool, maskSteps, maxPool, maxSteps, meanSteps } from "./steps.ts";
export { checkShape, formatShape, sizeOf } from "./shape.ts";
export { trace, type Traced, type TracedOperation } from "./trace.ts";
export { allocateTensor, engineOf, Tensor } from "./tensor.ts";
export type { RowSource, TensorParts } from "./tensor_parts.ts";
