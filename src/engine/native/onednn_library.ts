/** A primitive and the memory objects of its operands, as addresses of the library. */
export interface Primitive {
  readonly address: number;
  readonly memories: readonly number[];
  /** The array of arguments, and its address. */
  readonly args: BigUint64Array;
  readonly argsAddress: number;
}

/** An operand of a primitive: the library's number for its role, and its layout. */
export type PrimitiveOperand = readonly [role: number, layout: number];

/**
 * The part of oneDNN's C API, version 2 or 3, that matrix products need. Layouts, descriptions and primitives are
 * addresses of structures, which live as long as this object, or until `temporarily` ends. The class must not refer to
 * anything outside its body except Deno, because workers run its source text.
 */
export class OneDNNLibrary {
  // deno-lint-ignore no-explicit-any
  #call: Record<string, (...operands: any[]) => any>;
  #base: number;
  #hold: () => void;
  #isVersion2: boolean;
  #engine: number;
  #stream: number;
  /** Structures of version 2 and their operands, which only the library refers to. */
  #kept: unknown[] = [];
  /** The other structures that have been made, and the functions that free them. */
  #made: (readonly [destroy: string, address: number])[] = [];

  /**
   * `hold` is called before a primitive runs. Throws `RangeError` if the library is neither version 2 nor 3, and
   * `TypeError` if it lacks a function.
   */
  constructor(path: string, memory: WebAssembly.Memory, hold: () => void = () => {}) {
    this.#hold = hold;
    const { dlopen, UnsafePointerView } = this.#deno;
    const version = { dnnl_version: { parameters: [], result: "pointer" } };
    const major = new UnsafePointerView(dlopen(path, version).symbols.dnnl_version()).getInt32();
    if (major !== 2 && major !== 3) throw new RangeError(`version ${major} instead of 2 or 3`);
    this.#isVersion2 = major === 2;
    this.#call = dlopen(path, this.#symbols()).symbols;
    // The memory's maximum size is reserved up front, so it never moves when it grows.
    this.#base = this.#addressOf(new Uint8Array(memory.buffer));
    this.#engine = this.#make("dnnl_engine_create", 1, 0);
    this.#stream = this.#make("dnnl_stream_create", this.#engine, 1);
  }

  /** Calls `make`, and frees the layouts and descriptions that it has made. Primitives stay. */
  temporarily<T>(make: () => T): T {
    const [kept, made] = [this.#kept.length, this.#made.length];
    try {
      return make();
    } finally {
      for (const [destroy, address] of this.#made.splice(made)) this.#call[destroy](address);
      this.#kept.length = kept;
    }
  }

  /** Returns the layout of a rows x columns matrix; without strides, the library chooses the layout of weights. */
  matrix(type: number, rows: number, columns: number, strides?: readonly number[]): number {
    const extents = this.#keep(BigInt64Array.of(BigInt(rows), BigInt(columns)));
    const last = strides ? this.#keep(BigInt64Array.from(strides, BigInt)) : 1;
    const name = strides ? "strides" : "tag";
    if (!this.#isVersion2) {
      const layout = this.#make(`dnnl_memory_desc_create_with_${name}`, 2, extents, type, last);
      return this.#note("dnnl_memory_desc_destroy", layout);
    }
    return this.#fill(696, (layout) => this.#call[`dnnl_memory_desc_init_by_${name}`](layout, 2, extents, type, last));
  }

  /** Size in bytes of a layout. */
  bytesOf(layout: number): number {
    return Number(this.#call.dnnl_memory_desc_get_size(layout));
  }

  /**
   * Describes the product C = f((C +) A B + bias), where `bias` is 0 for none and `activation` is the library's number
   * of f, or 0 for none. Returns undefined if the library has no such product.
   */
  product(
    [a, b, bias, c]: readonly [a: number, b: number, bias: number, c: number],
    accumulate: boolean,
    activation: number,
  ): number | undefined {
    const attributes = this.#note("dnnl_primitive_attr_destroy", this.#make("dnnl_primitive_attr_create"));
    const operations = this.#note("dnnl_post_ops_destroy", this.#make("dnnl_post_ops_create"));
    const scale = this.#isVersion2 ? [1] : [];
    if (accumulate) {
      this.#call.dnnl_post_ops_append_sum(operations, 1, ...this.#isVersion2 ? [] : [0, 0]);
    }
    if (activation) this.#call.dnnl_post_ops_append_eltwise(operations, ...scale, activation, 0, 0);
    this.#call.dnnl_primitive_attr_set_post_ops(attributes, operations);
    const describe = (): number => {
      if (!this.#isVersion2) {
        return this.#describe("dnnl_matmul_primitive_desc_create", this.#engine, a, b, bias, c, attributes);
      }
      const operation = this.#fill(2800, (to) => this.#call.dnnl_matmul_desc_init(to, a, b, bias, c));
      return this.#describe("dnnl_primitive_desc_create", operation, attributes, this.#engine, 0);
    };
    try {
      return describe();
    } catch {
      return undefined;
    }
  }

  /** Describes y = f(x) for a dense matrix. */
  activation(layout: number, activation: number): number {
    // Inference: the result may overwrite the operand.
    const kind = 96;
    if (!this.#isVersion2) {
      const operands = [this.#engine, kind, activation, layout, layout, 0, 0, 0];
      return this.#describe("dnnl_eltwise_forward_primitive_desc_create", ...operands);
    }
    const init = this.#call.dnnl_eltwise_forward_desc_init;
    const operation = this.#fill(1416, (to) => init(to, kind, activation, layout, 0, 0));
    return this.#describe("dnnl_primitive_desc_create", operation, 0, this.#engine, 0);
  }

  /** Describes a copy from one layout to another. */
  copy(from: number, to: number): number {
    return this.#describe("dnnl_reorder_primitive_desc_create", from, this.#engine, to, this.#engine, 0);
  }

  /** The library's number of an activation. */
  activationNumber(name: "logistic" | "tanh" | "relu"): number {
    return { logistic: [175, 41], tanh: [47, 33], relu: [31, 32] }[name][this.#isVersion2 ? 0 : 1];
  }

  /** Returns the name of the implementation that a description has been given. */
  implementationOf(description: number): string {
    const { UnsafePointer, UnsafePointerView } = this.#deno;
    const text = new BigUint64Array(1);
    this.#call.dnnl_primitive_desc_query(description, 8, 0, text);
    return new UnsafePointerView(UnsafePointer.create(text[0])).getCString();
  }

  /** Returns the layout that the library has chosen for the weights of a product. */
  weightsOf(description: number): number {
    return Number(this.#call.dnnl_primitive_desc_query_md(description, 131, 0));
  }

  /** Makes a primitive. */
  primitive(description: number, operands: readonly PrimitiveOperand[]): Primitive {
    const address = this.#make("dnnl_primitive_create", description);
    const memories = operands.map(([, layout]) => this.#make("dnnl_memory_create", layout, this.#engine, 0));
    const args = BigUint64Array.from(operands.flatMap(([role], i) => [BigInt(role), BigInt(memories[i])]));
    return { address, memories, args, argsAddress: this.#addressOf(args) };
  }

  /** Runs a primitive on operands at addresses of the WebAssembly memory. */
  execute({ address, memories, argsAddress }: Primitive, a: number, b: number, c = 0, d = 0): void {
    const set = this.#call.dnnl_memory_set_data_handle;
    const base = this.#base;
    // WebAssembly passes addresses from 2 GiB on as negative numbers.
    set(memories[0], base + (a >>> 0));
    set(memories[1], base + (b >>> 0));
    if (memories.length > 2) set(memories[2], base + (c >>> 0));
    if (memories.length > 3) set(memories[3], base + (d >>> 0));
    this.#hold();
    const status = this.#call.dnnl_primitive_execute(address, this.#stream, memories.length, argsAddress);
    if (status !== 0) throw new RangeError(`oneDNN cannot run a primitive: status ${status}`);
  }

  /** Frees a primitive. */
  destroy({ address, memories }: Primitive): void {
    this.#call.dnnl_primitive_destroy(address);
    for (const memory of memories) this.#call.dnnl_memory_destroy(memory);
  }

  // deno-lint-ignore no-explicit-any
  get #deno(): any {
    // deno-lint-ignore no-explicit-any
    return (globalThis as any).Deno;
  }

  #addressOf(buffer: unknown): number {
    const { UnsafePointer } = this.#deno;
    return Number(UnsafePointer.value(UnsafePointer.of(buffer)));
  }

  #keep(buffer: unknown): number {
    this.#kept.push(buffer);
    return this.#addressOf(buffer);
  }

  /** Calls a function that returns a structure through its first operand. */
  #make(name: string, ...operands: number[]): number {
    const made = new BigUint64Array(1);
    const status = this.#call[name](made, ...operands);
    if (status !== 0) throw new RangeError(`${name}: status ${status}`);
    return Number(made[0]);
  }

  /** Calls a function that returns a description of a primitive. */
  #describe(name: string, ...operands: number[]): number {
    return this.#note("dnnl_primitive_desc_destroy", this.#make(name, ...operands));
  }

  /** Notes how a structure is to be freed. */
  #note(destroy: string, address: number): number {
    this.#made.push([destroy, address]);
    return address;
  }

  /** Lets a function of version 2 fill a structure. */
  #fill(bytes: number, write: (to: number) => number): number {
    const to = this.#keep(new Uint8Array(bytes));
    const status = write(to);
    if (status !== 0) throw new RangeError(`fill a structure: status ${status}`);
    return to;
  }

  #symbols(): Record<string, unknown> {
    const types: Record<string, string> = { p: "usize", o: "buffer", i: "i32", f: "f32", s: "usize" };
    const declare = (names: Record<string, string>): [string, unknown][] =>
      Object.entries(names).map(([name, letters]) => {
        const [given, result = "i"] = letters.split(" ");
        return [`dnnl_${name}`, { parameters: [...given].map((letter) => types[letter]), result: types[result] }];
      });
    const common = {
      engine_create: "oip",
      stream_create: "opi",
      memory_create: "oppp",
      memory_destroy: "p",
      memory_set_data_handle: "pp",
      memory_desc_get_size: "p s",
      primitive_attr_create: "o",
      primitive_attr_set_post_ops: "pp",
      primitive_attr_destroy: "p",
      post_ops_create: "o",
      post_ops_destroy: "p",
      primitive_desc_destroy: "p",
      primitive_create: "op",
      primitive_destroy: "p",
      primitive_execute: "ppip",
      primitive_desc_query: "piio",
      primitive_desc_query_md: "pii p",
      reorder_primitive_desc_create: "oppppp",
    };
    const version2 = {
      memory_desc_init_by_strides: "pipip",
      memory_desc_init_by_tag: "pipii",
      matmul_desc_init: "ppppp",
      eltwise_forward_desc_init: "piipff",
      primitive_desc_create: "opppp",
      post_ops_append_sum: "pf",
      post_ops_append_eltwise: "pfiff",
    };
    const version3 = {
      memory_desc_create_with_strides: "oipip",
      memory_desc_create_with_tag: "oipii",
      memory_desc_destroy: "p",
      matmul_primitive_desc_create: "opppppp",
      eltwise_forward_primitive_desc_create: "opiippffp",
      post_ops_append_sum: "pfii",
      post_ops_append_eltwise: "piff",
    };
    return Object.fromEntries(declare({ ...common, ...this.#isVersion2 ? version2 : version3 }));
  }
}
