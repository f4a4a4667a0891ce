import { type Module, Parameter } from "../../src/nn/mod.ts";

/** A parameter of a layer. */
export interface ParameterFacts {
  /** Its name, as in the model's file. */
  readonly name: string;
  /** Its shape. */
  readonly shape: readonly number[];
  /** Number of values; 0 if the parameter is one of an earlier layer. */
  readonly size: number;
  /** Number of multiplications and additions of one use: those of a matrix that is multiplied by a vector. */
  readonly multiplyAdds: number;
}

/** A layer with parameters of its own. */
export interface LayerFacts {
  /** Its name in the network. */
  readonly name: string;
  /** The name of its class, such as `LSTM`. */
  readonly kind: string;
  /** Its parameters. */
  readonly parameters: readonly ParameterFacts[];
}

/** Sums over the layers of a network. */
export interface WeightTotals {
  /** Number of parameters. */
  readonly parameters: number;
  /** Bytes of the parameters as float32. */
  readonly float32Bytes: number;
  /** Bytes with matrices of 8-bit integers that have a float32 scale for each row. */
  readonly int8Bytes: number;
  /** Number of multiplications and additions if every matrix is used once. */
  readonly multiplyAdds: number;
}

/**
 * The layers whose matrices are not multiplied by a vector: rows are looked up, or the number of uses depends on the
 * data.
 */
const NOT_COUNTED = ["Embedding", "LinearPart", "PictureConvolution"];

/** Lists the layers of a network in its own order. A shared parameter counts where it is met first. */
export function layersOf(network: Module): LayerFacts[] {
  const met = new Set<Parameter>();
  return layersIn(network, "", met);
}

/** Sums the parameters, bytes and products of layers. */
export function totalsOf(layers: readonly LayerFacts[]): WeightTotals {
  const all = layers.flatMap(({ parameters }) => parameters);
  const sum = (part: (parameter: ParameterFacts) => number): number =>
    all.reduce((total, parameter) => total + part(parameter), 0);
  return {
    parameters: sum(({ size }) => size),
    float32Bytes: sum(({ size }) => 4 * size),
    int8Bytes: sum(({ size, shape }) => size > 0 && shape.length === 2 ? size + 4 * shape[0] : 4 * size),
    multiplyAdds: sum(({ multiplyAdds }) => multiplyAdds),
  };
}

function layersIn(module: Module, prefix: string, met: Set<Parameter>): LayerFacts[] {
  const kind = module.constructor.name;
  const parameters: ParameterFacts[] = [];
  const inner: LayerFacts[] = [];
  for (const [name, child] of module.children()) {
    if (child instanceof Parameter) parameters.push(factsOf(`${prefix}${name}`, child, { kind, met }));
    else inner.push(...layersIn(child, `${prefix}${name}.`, met));
  }
  const own = parameters.length > 0 ? [{ name: prefix.slice(0, -1), kind, parameters }] : [];
  return [...own, ...inner];
}

function factsOf(
  name: string,
  parameter: Parameter,
  { kind, met }: { readonly kind: string; readonly met: Set<Parameter> },
): ParameterFacts {
  const { shape, size } = parameter;
  const isShared = met.has(parameter);
  met.add(parameter);
  const isProduct = shape.length > 1 && !NOT_COUNTED.includes(kind);
  return { name, shape, size: isShared ? 0 : size, multiplyAdds: isProduct ? size : 0 };
}
