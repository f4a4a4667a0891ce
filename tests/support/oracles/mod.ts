/**
 * Oracles: scalar float64 versions of the library's kernels and layers with plain loops and hand-derived gradients. To
 * be independent of the code under test, they import nothing from `src/`.
 *
 * Arrays are flat and row-major; activations are time-major, [T, B, ...]; parameters have PyTorch's layouts and gate
 * orders. Every oracle takes its sizes by name and returns its outputs with a `backward` that maps the gradients of the
 * outputs to the gradients of the inputs and parameters; `backward` can be called any number of times. Optimizer steps
 * and clipping work in place.
 */
export { type AdaptiveCluster, adaptiveSoftmax, type AdaptiveSoftmaxOptions } from "./adaptive_softmax.ts";
export { linear, type Values } from "./affine.ts";
export { attention, type AttentionCase } from "./attention.ts";
export { attentionPooling, type AttentionPoolingOptions } from "./attention_pooling.ts";
export { clipByGlobalNorm, clipByValue } from "./clipping.ts";
export { convolution, type ConvolutionOptions } from "./convolution.ts";
export { ctcLoss, type CTCOptions, type CTCRun } from "./ctc_loss.ts";
export { dynamicStep, type DynamicStepOptions } from "./dynamic_evaluation.ts";
export { type ElementwiseRun, exp, log, relu, sigmoid, tanh } from "./elementwise.ts";
export { embedding } from "./embedding.ts";
export { choGru } from "./cho_gru.ts";
export { gru } from "./gru.ts";
export { layerNorm } from "./layer_norm.ts";
export { lstm } from "./lstm.ts";
export { mogrifier } from "./mogrifier.ts";
export { matmul, type MatmulOptions } from "./matmul.ts";
export { minGRU } from "./min_gru.ts";
export { neuralCache, type NeuralCacheCase } from "./neural_cache.ts";
export { type AdamOptions, adamStep, adamWStep, rmspropStep, sgdStep, type StepOptions } from "./optimizers.ts";
export { qrnn } from "./qrnn.ts";
export type { RecurrentGradients, RecurrentOptions, RecurrentRun, RecurrentWeights } from "./recurrent.ts";
export { rnn } from "./rnn.ts";
export { crossEntropy, logSoftmax, type RowsOptions, type RowsRun, smoothedCrossEntropy, softmax } from "./softmax.ts";
export { sru } from "./sru.ts";
export { stacked, type StackedOptions, type StackedRun } from "./stacked.ts";
