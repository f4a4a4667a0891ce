import { type Block, type Engine, type Recurrent, type RecurrentState, sizeOf, Tensor } from "../../src/nn/mod.ts";

/** A recurrent state as plain numbers. */
export interface StateArrays {
  /** Hidden states [layers, B, H]. */
  readonly h: Float32Array;
  /** Cell states [layers, B, H] of an LSTM. */
  readonly c?: Float32Array;
}

/** The recurrent state of B streams that is carried from window to window. Dispose of it to give its memory back at once. */
export class CarriedState implements RecurrentState, Disposable {
  /** Hidden states [layers, B, H]. */
  readonly h: Tensor;
  /** Cell states [layers, B, H] of an LSTM. */
  readonly c: Tensor | undefined;
  #engine: Engine;
  #blocks: Block[] = [];

  /** Zeros for B streams. */
  constructor(engine: Engine, layers: Recurrent, B: number) {
    this.#engine = engine;
    this.h = this.#allocate([layers.layers, B, layers.projected]);
    this.c = layers.hasCells ? this.#allocate([layers.layers, B, layers.hidden]) : undefined;
  }

  /** Gives the memory back. */
  [Symbol.dispose](): void {
    for (const block of this.#blocks) this.#engine.release(block);
    this.#blocks = [];
  }

  #allocate(shape: readonly number[]): Tensor {
    const block = this.#engine.allocate(sizeOf(shape) * 4);
    this.#blocks.push(block);
    return new Tensor({ engine: this.#engine, shape, address: block.address, block });
  }

  /** Takes over the numbers of a state that is about to go. */
  carry({ h, c }: RecurrentState): void {
    const { engine } = this.h;
    engine.run("affine", h.size, h.address, 1, 0, this.h.address);
    if (this.c && c) engine.run("affine", c.size, c.address, 1, 0, this.c.address);
  }

  /** Sets all states to zero. */
  clear(): void {
    for (const states of [this.h, this.c]) if (states) states.engine.run("fill", states.size, 0, states.address);
  }

  /** A copy of the numbers. */
  toArrays(): StateArrays {
    return this.c ? { h: this.h.toArray(), c: this.c.toArray() } : { h: this.h.toArray() };
  }

  /** Takes over numbers. Throws a RangeError where they are not as many. */
  restore({ h, c }: StateArrays): void {
    this.h.assign(h);
    if (this.c) this.c.assign(c ?? []);
  }
}

/** The states [layers, 1, H] of single texts side by side: [layers, B, H]. */
export function joinStates(states: readonly StateArrays[], layers: number): StateArrays {
  return mapArrays(states[0], (name) => {
    const parts = states.map((state) => state[name]!);
    const width = parts[0].length / layers;
    const joined = new Float32Array(parts.length * parts[0].length);
    for (let layer = 0; layer < layers; layer++) {
      for (const [b, part] of parts.entries()) {
        joined.set(part.subarray(layer * width, (layer + 1) * width), (layer * parts.length + b) * width);
      }
    }
    return joined;
  });
}

/** The state [layers, 1, H] of text `b` among B side by side. */
export function takeState(state: StateArrays, layers: number, B: number, b: number): StateArrays {
  return mapArrays(state, (name) => {
    const all = state[name]!;
    const width = all.length / layers / B;
    const own = new Float32Array(layers * width);
    for (let layer = 0; layer < layers; layer++) {
      const from = (layer * B + b) * width;
      own.set(all.subarray(from, from + width), layer * width);
    }
    return own;
  });
}

function mapArrays(like: StateArrays, map: (name: "h" | "c") => Float32Array): StateArrays {
  return like.c ? { h: map("h"), c: map("c") } : { h: map("h") };
}
