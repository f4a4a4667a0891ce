/**
 * ONNX files: models as protocol buffers. This folder converts between bytes and messages, by one table of fields for
 * both directions; it must not know what an operator computes, or where the bytes are kept.
 *
 * @module
 */
import { decodeMessage, encodeMessage } from "./codec.ts";
import { MODEL, type ModelProto } from "./messages.ts";

export {
  ATTRIBUTE_TYPES,
  type AttributeProto,
  type DimensionProto,
  ELEMENT_TYPES,
  type FunctionProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type OperatorSetProto,
  type PairProto,
  type ShapeProto,
  type TensorProto,
  type TensorTypeProto,
  type TypeProto,
  type ValueInfoProto,
} from "./messages.ts";

/** Encodes an ONNX model. Properties that are undefined are left out. */
export function encodeOnnx(model: ModelProto): Uint8Array<ArrayBuffer> {
  return encodeMessage(MODEL, model).toBytes();
}

/**
 * Decodes an ONNX model; what is absent from the file is left out. The raw data of tensors are views of `bytes`. Throws
 * `SyntaxError` that names the source if the bytes are not such a model.
 */
export function decodeOnnx(bytes: Uint8Array, source = "an ONNX model"): ModelProto {
  return decodeMessage(MODEL, bytes, source) as ModelProto;
}
