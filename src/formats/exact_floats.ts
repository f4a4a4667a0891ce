import { InputRangeError } from "../../errors.ts";
import type { NamedArray, TensorData } from "./safetensors.ts";
import { DTYPE_OF_ARRAY } from "./safetensors_header.ts";

/**
 * Returns the elements of a tensor as float32. Throws `RangeError` with the tensor's name, its dtype and the first
 * element that float32 cannot represent exactly; `action` begins the message.
 */
export function exactFloats({ name, data }: NamedArray, action: string): Float32Array {
  if (data instanceof Float32Array) return data;
  const floats = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    floats[i] = Number(data[i]);
    if (isSame(data[i], floats[i])) continue;
    throw new InputRangeError(
      `${action}: expected numbers in ${name} that float32 represents exactly, found ${data[i]} at ${i} in ` +
        `${
          DTYPE_OF_ARRAY[data[Symbol.toStringTag]]
        }; save the tensor as float32 first, for example with tensor.float() in PyTorch`,
    );
  }
  return floats;
}

function isSame(element: TensorData[number], float: number): boolean {
  // Converting a bigint to a double may round as well, so bigints are compared with bigints.
  return typeof element === "bigint" ? Number.isInteger(float) && BigInt(float) === element : Object.is(element, float);
}
