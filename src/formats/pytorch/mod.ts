/**
 * Files of `torch.save` and `torch.load`: a ZIP archive with a pickle that describes tensors, and their storages. This
 * folder must not run anything that a file names.
 *
 * @module
 */
export { decodePyTorch, type DecodePyTorchOptions } from "./decode.ts";
export { encodePyTorch, encodePyTorchParts } from "./encode.ts";
