/**
 * Models as programs of PyTorch: the weights in `model.pt`, and `model.py`, which rebuilds the network from them and
 * computes the same outputs. It is written from the configuration, without a trace of a run, so that people can read
 * it.
 *
 * @module
 */
export {
  type ExportableModel,
  pytorchFiles,
  type PyTorchOptions,
  safetensorsFiles,
  type SafetensorsOptions,
} from "./files.ts";
