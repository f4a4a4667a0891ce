// deno-lint-ignore no-import-prefix
import { InferenceSession, Tensor as OrtTensor } from "npm:onnxruntime-node@1.24.3";
import type { TaskModel, TaskTypes } from "../../tasks/mod.ts";
import type { ExportONNXOptions } from "../../tasks/task_model/onnx_files.ts";
import { type Engine, inference, type Module, Random, type Tensor, tensor } from "../../src/nn/mod.ts";
import { assert } from "@std/assert";

/** How many random inputs each graph is compared on. */
export const INPUTS = 100;

/** The largest difference between numbers of both programs. */
export const TOLERANCE = 1e-5;

/** Draws small whole numbers and floats, the same in every run. */
export class Dice {
  #random: Random;

  constructor(seed: number, engine: Engine) {
    this.#random = new Random(seed, { engine });
  }

  /** Draws a whole number from `low` to `high`. */
  integer(low: number, high: number): number {
    return Math.min(high, low + Math.floor(this.#random.uniform(1)[0] * (high - low + 1)));
  }

  /** Draws whole numbers from 0 to below `most`. */
  ids(count: number, most: number): Int32Array {
    return Int32Array.from(this.#random.uniform(count), (value) => Math.min(most - 1, Math.floor(value * most)));
  }

  /** Draws floats from -range to range. */
  floats(count: number, range = 1): Float32Array {
    return this.#random.uniform(count).map((value) => (2 * value - 1) * range);
  }

  /** Draws lengths from 1 to T, of which one is T. */
  lengths(T: number, B: number): Int32Array {
    const lengths = Int32Array.from({ length: B }, () => this.integer(1, T));
    lengths[this.integer(0, B - 1)] = T;
    return lengths;
  }
}

/** Draws all parameters anew: some networks start from zeros. */
export function randomize(network: Module, dice: Dice): void {
  for (const parameter of network.parameters()) {
    parameter.assign(dice.floats(parameter.size, parameter.shape.length === 1 ? 0.3 : 0.6));
  }
}

/** The values of an input or an output, with its shape. */
export interface Values {
  readonly values: Int32Array | Float32Array;
  readonly shape: readonly number[];
}

/** Makes the values of an input. */
export function given(values: Int32Array | Float32Array, ...shape: number[]): Values {
  return { values, shape };
}

/** Copies a tensor. */
export function copy(x: Tensor): Values {
  return { values: x.toArray(), shape: x.shape };
}

/** Places values in the open step. */
export function place({ values, shape }: Values, engine: Engine): Tensor {
  return tensor(values, shape, { engine });
}

/** Makes random states. */
export function randomStates(
  shapes: Readonly<Record<string, readonly number[] | undefined>>,
  dice: Dice,
): Record<string, Values> {
  return Object.fromEntries(
    Object.entries(shapes).flatMap(([name, shape]) =>
      shape ? [[name, { values: dice.floats(shape.reduce((a, b) => a * b, 1)), shape }]] : []
    ),
  );
}

/** Names states as a graph does. */
export function nextStates(states: object): Record<string, Values> {
  return Object.fromEntries(
    Object.entries(states as Record<string, Tensor | undefined>).flatMap(([name, state]) =>
      state ? [[`${name}_next`, copy(state)]] : []
    ),
  );
}

/** A model's graphs in ONNX Runtime, by the names of their files. */
export async function sessionsOf<T extends TaskTypes>(
  model: TaskModel<T>,
  options: ExportONNXOptions = {},
): Promise<Map<string, InferenceSession>> {
  const sessions = new Map<string, InferenceSession>();
  for (const file of await model.exportONNX(options)) {
    if (!file.name.endsWith(".onnx")) continue;
    const bytes = new Uint8Array(await file.arrayBuffer());
    const threads = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 } as const;
    sessions.set(file.name, await InferenceSession.create(bytes, threads));
  }
  return sessions;
}

/** Runs a graph. */
export async function runSession(
  session: InferenceSession,
  inputs: Readonly<Record<string, Values>>,
): Promise<InferenceSession.OnnxValueMapType> {
  const feeds = session.inputNames.map((name) => {
    assert(Object.hasOwn(inputs, name), `expected an input ${name}, found ${Object.keys(inputs)}`);
    const { values, shape } = inputs[name];
    const own = values instanceof Int32Array
      ? new OrtTensor("int64", BigInt64Array.from(values, BigInt), shape)
      : new OrtTensor("float32", values, shape);
    return [name, own] as const;
  });
  return await session.run(Object.fromEntries(feeds));
}

/** Throws unless a graph computes the outputs expected; `isKept` leaves out numbers that mean nothing. */
export async function compare(
  session: InferenceSession,
  inputs: Readonly<Record<string, Values>>,
  expected: Readonly<Record<string, Values>>,
  { tolerance = TOLERANCE, isKept = () => true }: {
    readonly tolerance?: number;
    readonly isKept?: (name: string, index: number) => boolean;
  } = {},
): Promise<void> {
  const found = await runSession(session, inputs);
  for (const [name, { values, shape }] of Object.entries(expected)) {
    const { data, dims } = found[name] as OrtTensor;
    const sizes = Object.values(inputs).map(({ shape }) => `[${shape}]`).join(" ");
    assert(String(dims) === String(shape), `${name}: expected shape ${shape}, found ${dims} for inputs ${sizes}`);
    values.forEach((value, i) => {
      const difference = Math.abs(value - (data as Float32Array)[i]);
      if (difference <= tolerance || !isKept(name, i)) return;
      throw new RangeError(`${name}[${i}]: expected ${value}, found ${(data as Float32Array)[i]} for inputs ${sizes}`);
    });
  }
}

/** Runs without recording, and returns copies. */
export function expect<T>(engine: Engine, body: () => T): T {
  return inference(body, { engine });
}
