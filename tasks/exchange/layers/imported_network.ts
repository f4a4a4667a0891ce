import { InputRangeError } from "../../../errors.ts";
import {
  Embedding,
  Linear,
  loadStateDict,
  logSoftmax,
  Module,
  relu,
  sigmoid,
  softmax,
  tanh,
  type Tensor,
} from "../../../src/nn/mod.ts";
import { ImportedRecurrent } from "./imported_recurrent.ts";
import type { ActivationLayer, ImportedLayer } from "./layer.ts";

/** Options of `ImportedNetwork.forward`. */
export interface ImportedForwardOptions {
  /** Shape `[T, B]` of ids. Default: one sequence. */
  readonly shape?: readonly [steps: number, sequences: number];
  /** Length of each sequence. Default: T for all. */
  readonly lengths?: ArrayLike<number>;
}

/** The contents of a file. */
export interface ImportedParts {
  /** The kind of file. */
  readonly format: "keras" | "tensorflow.js" | "onnx";
  /** The layers in their order. */
  readonly layers: readonly ImportedLayer[];
  /** Sentences about parts that were left out, and about facts that a user must know. */
  readonly notes: readonly string[];
}

const FUNCTIONS: { readonly [K in ActivationLayer["activation"]]: (x: Tensor) => Tensor } = {
  relu,
  tanh,
  sigmoid,
  softmax,
  log_softmax: logSoftmax,
};

/**
 * A network of another library: its layers as they stand in the file, and a module for each that computes the same
 * outputs. `importLayers` makes it.
 *
 * @example
 * ```ts
 * import { ImportedNetwork, type ImportedLayer } from "@elman/elman/exchange";
 * import { inference, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const weight = { name: "weight", shape: [1, 2], data: Float32Array.of(3, 4) };
 * const dense: ImportedLayer = { kind: "linear", name: "dense", input: 2, output: 1, tensors: new Map([["weight", weight]]) };
 * const network = new ImportedNetwork({ format: "keras", layers: [dense], notes: [] });
 * inference(() => assertEquals([...network.forward(tensor([1, 1], [1, 1, 2])).toArray()], [7]));
 * ```
 */
export class ImportedNetwork extends Module {
  /** The kind of file. */
  readonly format: ImportedParts["format"];
  /** The layers in their order. */
  readonly layers: readonly ImportedLayer[];
  /** Sentences about parts that were left out, and about facts that a user must know. */
  readonly notes: readonly string[];
  /** A module for each layer that has parameters, under its name. */
  readonly modules: ReadonlyMap<ImportedLayer, Embedding | ImportedRecurrent | Linear>;

  /** Throws `RangeError` if a layer lacks a tensor or a tensor has another shape. */
  constructor({ format, layers, notes }: ImportedParts) {
    super();
    this.format = format;
    this.layers = layers;
    this.notes = notes;
    const modules = layers.map((layer) => [layer, makeModule(layer)] as const);
    this.modules = new Map(modules.filter((pair) => pair[1] !== undefined) as [ImportedLayer, Embedding][]);
  }

  /** Yields the modules under their layers' names. */
  override *children(): Iterable<[name: string, child: Module]> {
    for (const [{ name }, module] of this.modules) yield [name, module];
  }

  /**
   * Runs all layers, over ids of shape `[T, B]` if the first is an embedding and over numbers `[T, B, I]` if not.
   * Returns `[T, B, K]`, or `[B, K]` after a layer that returns only its last output. The time is the first dimension,
   * whatever it is in the file. Throws `RangeError` if the input is of the other kind or its shape does not match.
   */
  forward(input: Tensor | Int32Array, { shape, lengths }: ImportedForwardOptions = {}): Tensor {
    let x: Tensor | undefined = input instanceof Int32Array ? undefined : input;
    for (const layer of this.layers) {
      const module = this.modules.get(layer);
      if (module instanceof Embedding) {
        if (!(input instanceof Int32Array) || x) {
          throw new InputRangeError(`run an imported network: expected ids for ${layer.name}, found numbers`);
        }
        x = module.forward(input, shape ?? [input.length, 1]);
        continue;
      }
      if (!x) throw new InputRangeError(`run an imported network: expected numbers for ${layer.name}, found ids`);
      if (module instanceof ImportedRecurrent) x = module.forward(x, { lengths }).output;
      else if (module) x = module.forward(x);
      else if (layer.kind === "activation") x = FUNCTIONS[layer.activation](x);
    }
    if (!x) throw new InputRangeError("run an imported network: expected a network with layers, found none");
    return x;
  }
}

function makeModule(layer: ImportedLayer): Embedding | ImportedRecurrent | Linear | undefined {
  if (layer.kind === "activation") return undefined;
  if (layer.kind === "recurrent") return new ImportedRecurrent(layer);
  const module = layer.kind === "embedding"
    ? new Embedding({ size: layer.size, width: layer.width })
    : new Linear({ input: layer.input, output: layer.output, bias: layer.tensors.has("bias") });
  loadStateDict(module, layer.tensors, { source: `the layer ${layer.name}` });
  return module;
}
