import { InputRangeError } from "../../../errors.ts";
import { decodeElements } from "../../../src/formats/elements.ts";
import { ELEMENT_TYPES, type TensorProto } from "../../../src/formats/onnx/mod.ts";
import type { Dtype } from "../../../src/formats/safetensors_header.ts";
import type { LayerTensor } from "./layer.ts";
import type { ReadNeighbour } from "./neighbours.ts";

/** A constant of a graph; whole numbers are stored as floats as well. */
export interface OnnxTensor extends LayerTensor {
  /** Whether its elements are floats. */
  readonly isFloat: boolean;
}

/** The types of elements that are read. */
const DTYPES: Readonly<Record<number, Dtype>> = {
  [ELEMENT_TYPES.float]: "F32",
  [ELEMENT_TYPES.float16]: "F16",
  [ELEMENT_TYPES.bfloat16]: "BF16",
  [ELEMENT_TYPES.double]: "F64",
  [ELEMENT_TYPES.int32]: "I32",
  [ELEMENT_TYPES.int64]: "I64",
  [ELEMENT_TYPES.int8]: "I8",
  [ELEMENT_TYPES.uint8]: "U8",
  [ELEMENT_TYPES.bool]: "BOOL",
};

/** Bytes of an element. */
const WIDTHS: { readonly [K in Dtype]?: number } = {
  ...{ F32: 4, F16: 2, BF16: 2, F64: 8, I32: 4, I64: 8, I8: 1, U8: 1, BOOL: 1 },
};

/**
 * Reads a constant. Throws `RangeError`, with `action` in front, if its type is not known, if it stands in a file
 * outside the folder, or if its values are not as many as its shape says.
 */
export async function readOnnxTensor(
  tensor: TensorProto,
  readNeighbour: ReadNeighbour,
  action: string,
): Promise<OnnxTensor> {
  const { name = "", dims = [], dataType = 0 } = tensor;
  const dtype = DTYPES[dataType];
  if (!dtype) throw new InputRangeError(`${action}: expected numbers in the tensor ${name}, found type ${dataType}`);
  const size = dims.reduce((product, extent) => product * extent, 1);
  if (dims.some((extent) => !(extent >= 0)) || !Number.isSafeInteger(size)) {
    throw new InputRangeError(`${action}: expected sizes as shape of the tensor ${name}, found [${dims.join(", ")}]`);
  }
  const values = await valuesOf(tensor, dtype, size, readNeighbour, action);
  if (values.length !== size) {
    const shape = `[${dims.join(", ")}]`;
    throw new InputRangeError(
      `${action}: expected ${size} values in the tensor ${name} ${shape}, found ${values.length}`,
    );
  }
  const data = values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>, Number);
  return { name, shape: dims, data, isFloat: dtype.includes("F") };
}

async function valuesOf(
  tensor: TensorProto,
  dtype: Dtype,
  size: number,
  readNeighbour: ReadNeighbour,
  action: string,
): Promise<ArrayLike<number | bigint>> {
  const bytes = tensor.dataLocation === 1
    ? await readExternal(tensor, size * WIDTHS[dtype]!, readNeighbour, action)
    : tensor.rawData;
  if (bytes) return bytes.length % WIDTHS[dtype]! === 0 ? decodeElements(dtype, bytes) : [];
  if (dtype === "F32") return tensor.floatData ?? [];
  if (dtype === "F64") return tensor.doubleData ?? [];
  if (dtype === "I64") return tensor.int64Data ?? [];
  const whole = tensor.int32Data ?? [];
  if (dtype !== "F16" && dtype !== "BF16") return whole;
  return decodeElements(dtype, new Uint8Array(Uint16Array.from(whole).buffer)) as Float32Array;
}

/** Reads the values that stand in a file of their own. */
async function readExternal(
  { name = "", externalData = [] }: TensorProto,
  bytes: number,
  readNeighbour: ReadNeighbour,
  action: string,
): Promise<Uint8Array> {
  const facts = new Map(externalData.map(({ key = "", value = "" }) => [key, value]));
  const location = facts.get("location") ?? "";
  const [offset, length] = [Number(facts.get("offset") ?? 0), Number(facts.get("length") ?? bytes)];
  const file = await readNeighbour(location);
  if (!(offset >= 0 && length === bytes && offset + length <= file.length)) {
    throw new InputRangeError(
      `${action}: expected ${bytes} bytes of the tensor ${name} at byte ${offset} of ${location}, ` +
        `found ${length === bytes ? `a file of ${file.length} bytes` : `a length of ${length}`}`,
    );
  }
  return file.subarray(offset, offset + length);
}
