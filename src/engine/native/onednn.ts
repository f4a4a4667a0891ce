import type { ForeignProduct, NativeProducts } from "../../kernels/mod.ts";
import type { OneDNNLibrary, Primitive, PrimitiveOperand } from "./onednn_library.ts";

/** The product that takes the place of those that the library refuses. */
export interface Fallback {
  /** Multiplies any matrices of floats. */
  readonly sgemm: ForeignProduct;
  /** The memory of the operands. */
  readonly memory: WebAssembly.Memory;
  /** Called before weights [k, n] are packed for which the library has no product; may throw. */
  readonly refused?: (k: number, n: number) => void;
}

/**
 * Matrix products with packed weights, activations and bfloat16 operands, through oneDNN's primitives. Each thread has
 * its own; all agree on the layout of packed weights. Primitives are made once for each shape. The class must not refer
 * to anything outside its body, because workers run its source text.
 */
export class OneDNN implements NativeProducts {
  /** Primitives kept at most. A program that needs more makes them anew. */
  static readonly #MOST = 4096;

  #library: OneDNNLibrary;
  /** The type of packed weights and of the matrices that they are multiplied with. */
  #type: number;
  /** The library's numbers of the activations. */
  #activations: readonly number[];
  #layouts = new Map<number, number>();
  /** The shapes of weights that stay dense matrices, since the library has no product of them. */
  #unpacked = new Set<number>();
  #fallback: Fallback | undefined;
  /** The fallback's memory. */
  #floats: Float32Array = new Float32Array();
  /** Primitives by shape and form; null if the library refuses one. */
  #primitives = new Map<number | string, Map<number, Primitive | null>>();
  #count = 0;

  /** `half` packs weights as bfloat16; then packed products have no fallback. */
  constructor(library: OneDNNLibrary, half: boolean, fallback?: Fallback) {
    this.#library = library;
    this.#fallback = fallback;
    this.#type = half ? 2 : 3;
    this.#activations = [0, ...(["logistic", "tanh", "relu"] as const).map((name) => library.activationNumber(name))];
  }

  /** Returns the name of the implementation of the product [m, k] x [k, n] with packed weights. */
  implementation(m: number, n: number, k: number): string {
    const weights = this.#library.matrix(this.#type, k, n);
    const description = this.#describe(this.#type, [m, n, k, k, n], weights, false, 0, 0);
    return description === undefined ? "none" : this.#library.implementationOf(description);
  }

  packedBytes(k: number, n: number): number {
    return this.#library.bytesOf(this.#layout(k, n));
  }

  pack(transposed: number, k: number, n: number, b: number, ldb: number, packed: number): void {
    const to = this.#layout(k, n);
    if (this.#unpacked.has(OneDNN.#shapeOf(k, n))) {
      this.#fallback?.refused?.(k, n);
      // Not all threads tell why. A loop that shares columns would wait for one that cannot multiply its own.
      if (this.#type === 2) throw OneDNN.#missing(1, n, k);
    }
    const primitive = this.#find(`pack ${k} ${n} ${ldb}`, transposed, () => {
      const from = this.#library.matrix(3, k, n, transposed ? [1, ldb] : [ldb, 1]);
      return this.#library.primitive(this.#library.copy(from, to), [[1, from], [17, to]]);
    });
    this.#library.execute(primitive!, b, packed);
  }

  multiply(
    m: number,
    n: number,
    k: number,
    a: number,
    packed: number,
    bias: number,
    c: number,
    accumulate: number,
    activation: number,
  ): void {
    const shape = OneDNN.#shapeOf(k, n);
    const form = ((m * 4 + activation) * 2 + accumulate) * 2 + (bias ? 1 : 0);
    let primitive = this.#primitives.get(shape)?.get(form);
    if (primitive === undefined) {
      const weights = this.#layout(k, n);
      if (this.#unpacked.has(shape)) {
        return this.#multiplyUnpacked(m, n, k, a, packed, bias, c, accumulate, activation);
      }
      primitive = this.#find(
        shape,
        form,
        () => this.#product(this.#type, [m, n, k, k, n], weights, bias !== 0, accumulate, activation, m === 1),
      );
    }
    if (primitive) return this.#library.execute(primitive, a, packed, c, bias);
    if (m === 1) throw OneDNN.#missing(m, n, k);
    // The library has no fast product of this number of rows for the layout of the weights.
    const rows = m >> 1;
    this.multiply(rows, n, k, a, packed, bias, c, accumulate, activation);
    const [nextA, nextC] = [a + rows * k * (this.#type === 2 ? 2 : 4), c + rows * n * 4];
    this.multiply(m - rows, n, k, nextA, packed, bias, nextC, accumulate, activation);
  }

  /** Multiplies weights that stay a dense matrix [k, n]. */
  #multiplyUnpacked(
    m: number,
    n: number,
    k: number,
    a: number,
    weights: number,
    bias: number,
    c: number,
    accumulate: number,
    activation: number,
  ): void {
    if (!this.#fallback || this.#type === 2) throw OneDNN.#missing(m, n, k);
    const { sgemm, memory } = this.#fallback;
    sgemm(0, 0, m, n, k, a, k, weights, n, c, n, accumulate);
    if (bias) this.#addToRows(memory, m, n, bias >>> 2, c >>> 2);
    if (activation) this.activate(m * n, c, c, activation);
  }

  /** Adds the row [n] at the index `bias` to the rows [m, n] at the index `c`. */
  #addToRows(memory: WebAssembly.Memory, m: number, n: number, bias: number, c: number): void {
    // Growing replaces the buffer.
    if (this.#floats.buffer !== memory.buffer) this.#floats = new Float32Array(memory.buffer);
    const floats = this.#floats;
    for (let row = c; row < c + m * n; row += n) {
      for (let i = 0; i < n; i++) floats[row + i] += floats[bias + i];
    }
  }

  activate(n: number, x: number, y: number, activation: number): void {
    const primitive = this.#primitives.get(-n)?.get(activation) ?? this.#find(-n, activation, () => {
      const row = this.#library.matrix(3, 1, n, [n, 1]);
      const description = this.#library.activation(row, this.#activations[activation]);
      return this.#library.primitive(description, [[1, row], [17, row]]);
    });
    this.#library.execute(primitive!, x, y);
  }

  multiplyMatrices(...operands: Parameters<NativeProducts["multiplyMatrices"]>): void {
    const [half, transposedA, transposedB, m, n, k, a, lda, b, ldb, c, ldc, accumulate] = operands;
    if (!half) return this.#multiplyPart(...operands);
    for (const [row, rows] of transposedA ? [[0, m]] : OneDNN.#partsOf(m)) {
      for (const [at, depth] of transposedA ? OneDNN.#partsOf(k) : [[0, k]]) {
        const from = a + 2 * (transposedA ? at * lda + row : row * lda + at);
        const factor = b + 2 * (transposedB ? at : at * ldb);
        const to = c + 4 * row * ldc;
        const adds = at > 0 ? 1 : accumulate;
        this.#multiplyPart(half, transposedA, transposedB, rows, n, depth, from, lda, factor, ldb, to, ldc, adds);
      }
    }
  }

  /**
   * Divides a number of rows of bfloat16 numbers into parts, of which fewer different ones serve all numbers: batches
   * of sequences of many lengths have another number in nearly every step, and making a primitive takes some
   * milliseconds. Sequences of one length have a multiple of 4 in all, which is left whole.
   */
  static #partsOf(rows: number): [first: number, rows: number][] {
    const whole = rows - rows % (rows % 4 === 0 ? 1 : 16);
    const parts: [first: number, rows: number][] = [[0, whole], [whole, rows - whole]];
    return parts.filter(([, rows]) => rows > 0);
  }

  #multiplyPart(...operands: Parameters<NativeProducts["multiplyMatrices"]>): void {
    const [half, transposedA, transposedB, m, n, k, a, lda, b, ldb, c, ldc, accumulate] = operands;
    const form = ((m * 2 + accumulate) * 4 + transposedA * 2 + transposedB) * 2 + half;
    const type = half ? 2 : 3;
    const primitive = this.#find(`${n} ${k} ${lda} ${ldb} ${ldc}`, form, () => {
      const weights = this.#library.matrix(type, k, n, transposedB ? [1, ldb] : [ldb, 1]);
      const layouts = [m, n, k, transposedA ? -lda : lda, ldc] as const;
      return this.#product(type, layouts, weights, false, accumulate, 0, true);
    });
    if (primitive) return this.#library.execute(primitive, a, b, c);
    if (!this.#fallback || half) throw OneDNN.#missing(m, n, k);
    this.#fallback.sgemm(transposedA, transposedB, m, n, k, a, lda, b, ldb, c, ldc, accumulate);
  }

  /** Returns a primitive, made at the first call; null if it cannot be made. */
  #find(shape: number | string, form: number, make: () => Primitive | null): Primitive | null {
    let forms = this.#primitives.get(shape);
    const found = forms?.get(form);
    if (found !== undefined) return found;
    if (this.#count++ === OneDNN.#MOST) this.#clear();
    forms = this.#primitives.get(shape) ?? new Map();
    const made = this.#library.temporarily(make);
    this.#primitives.set(shape, forms.set(form, made));
    return made;
  }

  #clear(): void {
    for (const forms of this.#primitives.values()) {
      for (const primitive of forms.values()) if (primitive) this.#library.destroy(primitive);
    }
    this.#primitives.clear();
    this.#count = 1;
  }

  /**
   * Makes the primitive of a product; null if the library has none, or only a slow one for reference and `isLast`,
   * which says that there is no other way, is false.
   */
  #product(
    type: number,
    layouts: readonly [m: number, n: number, k: number, lda: number, ldc: number],
    weights: number,
    hasBias: boolean,
    accumulate: number,
    activation: number,
    isLast: boolean,
  ): Primitive | null {
    const [m, n, k, lda, ldc] = layouts;
    const description = this.#describe(type, layouts, weights, hasBias, accumulate, activation);
    if (description === undefined) return null;
    if (!isLast && this.#library.implementationOf(description).startsWith("ref")) return null;
    const [a, c] = [this.#left(type, m, k, lda), this.#library.matrix(3, m, n, [ldc, 1])];
    const bias: PrimitiveOperand[] = hasBias ? [[41, this.#library.matrix(3, 1, n, [n, 1])]] : [];
    return this.#library.primitive(description, [[1, a], [33, weights], [17, c], ...bias]);
  }

  #describe(
    type: number,
    [m, n, k, lda, ldc]: readonly [m: number, n: number, k: number, lda: number, ldc: number],
    weights: number,
    hasBias: boolean,
    accumulate: number,
    activation: number,
  ): number | undefined {
    const a = this.#left(type, m, k, lda);
    const bias = hasBias ? this.#library.matrix(3, 1, n, [n, 1]) : 0;
    const c = this.#library.matrix(3, m, n, [ldc, 1]);
    return this.#library.product([a, weights, bias, c], accumulate === 1, this.#activations[activation]);
  }

  /** The layout of A[m, k]; a negative pitch says that it is stored transposed. */
  #left(type: number, m: number, k: number, pitch: number): number {
    return this.#library.matrix(type, m, k, pitch < 0 ? [1, -pitch] : [pitch, 1]);
  }

  /** The layout of packed weights [k, n], the same in all threads; that of a dense matrix if the library has none. */
  #layout(k: number, n: number): number {
    const shape = OneDNN.#shapeOf(k, n);
    let layout = this.#layouts.get(shape);
    if (layout !== undefined) return layout;
    layout = this.#packedLayout(k, n);
    if (layout === undefined) {
      this.#unpacked.add(shape);
      layout = this.#library.matrix(this.#type, k, n, [n, 1]);
    }
    this.#layouts.set(shape, layout);
    return layout;
  }

  /** The layout that the library chooses for 16 rows; undefined if it does not multiply it, or not by single rows. */
  #packedLayout(k: number, n: number): number | undefined {
    const any = this.#library.matrix(this.#type, k, n);
    const description = this.#describe(this.#type, [16, n, k, k, n], any, false, 0, 0);
    if (description === undefined) return undefined;
    // Before AVX-512, weights are not blocked, and rows a multiple of 256 bytes apart would compete for the same cache
    // lines.
    const isPlain = /(?:^|:)gemm:jit/.test(this.#library.implementationOf(description));
    const padded = isPlain && n % 64 === 0 ? [this.#library.matrix(this.#type, k, n, [n + 16, 1])] : [];
    // Any number of rows can be cut into single ones. The forms are the simplest and that of a time loop.
    const multiplies = (layout: number, form: 0 | 1): boolean =>
      this.#describe(this.#type, [1, n, k, k, n], layout, form === 1, form, form) !== undefined;
    return [...padded, this.#library.weightsOf(description)].find((layout) =>
      this.#library.temporarily(() => multiplies(layout, 0) && multiplies(layout, 1))
    );
  }

  static #shapeOf(k: number, n: number): number {
    return n * 67108864 + k;
  }

  static #missing(m: number, n: number, k: number): RangeError {
    return new RangeError(`multiply [${m}, ${k}] x [${k}, ${n}]: expected such a product in oneDNN, found none`);
  }
}
