/**
 * Networks of Keras, TensorFlow.js and ONNX, read as layers with their tensors in PyTorch's layouts, and modules that
 * compute the same outputs. This folder must not know what a network is used for.
 *
 * @module
 */
export { importLayers, type ImportLayersOptions } from "./import_layers.ts";
export { type ImportedForwardOptions, ImportedNetwork, type ImportedParts } from "./imported_network.ts";
export { type ImportedOutput, ImportedRecurrent } from "./imported_recurrent.ts";
export type {
  ActivationLayer,
  CellFunction,
  EmbeddingLayer,
  ImportedCell,
  ImportedLayer,
  LayerTensor,
  LinearLayer,
  NamedLayer,
  RecurrentLayer,
} from "./layer.ts";
