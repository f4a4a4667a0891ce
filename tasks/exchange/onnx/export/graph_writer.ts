import {
  ATTRIBUTE_TYPES,
  type AttributeProto,
  ELEMENT_TYPES,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "../../../../src/formats/onnx/mod.ts";

/** The value of an attribute; a number is a whole number unless it is in `float`. */
export type AttributeValue =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | { readonly float: number }
  | { readonly graph: GraphProto };

/** The attributes of a node. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

const encoder = new TextEncoder();

/** Names and constants that a graph shares with the graphs in it. */
interface Shared {
  readonly initializers: TensorProto[];
  readonly names: Set<string>;
  readonly constants: Map<string, string>;
}

/** Collects the nodes and constants of a graph. */
export class GraphWriter {
  #nodes: NodeProto[] = [];
  #shared: Shared;

  /** A graph in another one shares its constants. */
  constructor(outer?: GraphWriter) {
    this.#shared = outer ? outer.#shared : { initializers: [], names: new Set(), constants: new Map() };
  }

  /** The constants of this graph and of those in it. */
  get initializers(): readonly TensorProto[] {
    return this.#shared.initializers;
  }

  /** Reserves a name like the one given. */
  name(wanted: string): string {
    const { names } = this.#shared;
    let name = wanted;
    for (let i = 2; names.has(name); i++) name = `${wanted}_${i}`;
    names.add(name);
    return name;
  }

  /** Adds a node with one output and returns the output's name. */
  node(operator: string, inputs: readonly string[], attributes: Attributes = {}, output?: string): string {
    return this.nodes(operator, inputs, attributes, [output ?? this.name(operator)])[0];
  }

  /** Adds a node with several outputs. */
  nodes(
    operator: string,
    inputs: readonly string[],
    attributes: Attributes,
    outputs: readonly string[],
  ): readonly string[] {
    const attribute = Object.entries(attributes).map(([name, value]) => attributeOf(name, value));
    this.#nodes.push({
      opType: operator,
      name: this.name(`node_${outputs.find((name) => name !== "") ?? operator}`),
      input: inputs,
      output: outputs,
      ...attribute.length > 0 && { attribute },
    });
    return outputs;
  }

  /** Adds a constant of floats. */
  floats(name: string, dims: readonly number[], values: Float32Array): string {
    const own = this.name(name);
    this.#shared.initializers.push({ name: own, dims, dataType: ELEMENT_TYPES.float, rawData: bytesOf(values) });
    return own;
  }

  /** Adds a constant of 8-bit integers. */
  bytes(name: string, dims: readonly number[], values: Int8Array): string {
    const own = this.name(name);
    this.#shared.initializers.push({ name: own, dims, dataType: ELEMENT_TYPES.int8, rawData: bytesOf(values) });
    return own;
  }

  /** Returns a list of 64-bit integers. */
  integers(values: readonly number[]): string {
    return this.#integers(values, [values.length]);
  }

  /** Returns a 64-bit integer. */
  integer(value: number): string {
    return this.#integers([value], []);
  }

  /** Returns a float. */
  float(value: number): string {
    return this.#constant(`float ${value}`, () => this.floats("float", [], Float32Array.of(value)));
  }

  /** Returns the graph. */
  finish(name: string, inputs: readonly ValueInfoProto[], outputs: readonly ValueInfoProto[]): GraphProto {
    return { node: this.#nodes, name, input: inputs, output: outputs };
  }

  #integers(values: readonly number[], dims: readonly number[]): string {
    return this.#constant(`integers ${dims.length} ${values}`, () => {
      const name = this.name("integers");
      const rawData = bytesOf(BigInt64Array.from(values, BigInt));
      this.#shared.initializers.push({ name, dims, dataType: ELEMENT_TYPES.int64, rawData });
      return name;
    });
  }

  #constant(key: string, make: () => string): string {
    const { constants } = this.#shared;
    const name = constants.get(key) ?? make();
    constants.set(key, name);
    return name;
  }
}

/** Returns the bytes of an array. Every machine that runs WebAssembly quickly is little-endian, as ONNX files are. */
function bytesOf(values: Float32Array | Int8Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function attributeOf(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === "number") return { name, i: value, type: ATTRIBUTE_TYPES.int };
  if (typeof value === "string") return { name, s: encoder.encode(value), type: ATTRIBUTE_TYPES.string };
  if ("float" in value) return { name, f: value.float, type: ATTRIBUTE_TYPES.float };
  if ("graph" in value) return { name, g: value.graph, type: ATTRIBUTE_TYPES.graph };
  if (value.every((one) => typeof one === "string")) {
    return { name, strings: value.map((text) => encoder.encode(text)), type: ATTRIBUTE_TYPES.strings };
  }
  return { name, ints: value as readonly number[], type: ATTRIBUTE_TYPES.ints };
}
