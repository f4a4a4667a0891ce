import { decompress } from "../../src/formats/compression.ts";
import { inference, permute, type Tensor, tensor } from "../../src/nn/mod.ts";
import type { ImportedNetwork } from "../../tasks/exchange/mod.ts";
import KERAS from "../goldens/exchange/keras.json" with { type: "json" };
import ONNX from "../goldens/exchange/onnx.json" with { type: "json" };
import TENSORFLOW_JS from "../goldens/exchange/tensorflow_js.json" with { type: "json" };
import { assertAllClose } from "./close.ts";

/** Numbers with their shape. */
interface Numbers {
  readonly shape: number[];
  readonly data: number[];
}

/** The inputs `[B, T]` or `[B, T, I]` of a network and its outputs. */
interface Example {
  readonly input: Numbers;
  readonly output: Numbers;
}

/** A network that Keras has saved in files of several formats: bytes in gzip, in base64. */
export interface KerasGolden extends Example {
  readonly files: Readonly<Record<string, string>>;
}

/** A network that TensorFlow.js has saved: its `model.json`, and its weights in base64. */
export interface TensorFlowJsGolden extends Example {
  readonly model: Readonly<Record<string, unknown>>;
  readonly weights: string;
}

/** A graph: bytes in gzip, in base64. */
export interface OnnxGolden extends Example {
  readonly model: string;
  /** Whether the first dimension of its input is the time, not the batch. */
  readonly timeFirst: boolean;
}

export const ONNX_GOLDENS = Object.entries(ONNX.cases as Record<string, OnnxGolden>);
export const KERAS_GOLDENS = Object.entries(KERAS.cases as Record<string, KerasGolden>);
export const TENSORFLOW_JS_GOLDENS = Object.entries(TENSORFLOW_JS.cases as Record<string, TensorFlowJsGolden>);

/** Decodes base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Unpacks a file of a golden. */
export function unpackFile(text: string): Uint8Array<ArrayBuffer> {
  return decompress(fromBase64(text), "unpack a golden");
}

/** Checks that a network computes the outputs of the library that saved it. */
export function assertSameOutputs(
  network: ImportedNetwork,
  { input, output, timeFirst = false }: Example & { readonly timeFirst?: boolean },
  name: string,
): void {
  inference(() => {
    const given = tensor(input.data, input.shape);
    const turn = (x: Tensor): Tensor => timeFirst ? x : permute(x, x.shape.length === 3 ? [1, 0, 2] : [1, 0]);
    const x = turn(given);
    const [T, B] = x.shape;
    const y = x.shape.length === 3
      ? network.forward(x)
      : network.forward(Int32Array.from(x.toArray()), { shape: [T, B] });
    const found = y.shape.length === 3 ? turn(y) : y;
    assertAllClose(found.toArray(), output.data, { tolerance: 1e-5, name });
  });
}
