import { InputRangeError } from "../../errors.ts";
import { expectOptions } from "../schema/mod.ts";
import {
  concat,
  dropout,
  engineOf,
  formatShape,
  gather,
  Parameter,
  reshape,
  Scope,
  type Tensor,
} from "../tensor/mod.ts";
import { checkRate, checkRoom, checkSize } from "./checks.ts";
import { hiddenSizesOf } from "./hidden_sizes.ts";
import { initialiseUniform, resolveOptions } from "./initialisation.ts";
import { checkState, joinStates, shapeOfStates, takeState } from "./layer_states.ts";
import { Module } from "./module.ts";
import { densePacking, type Packing, raggedPacking } from "./packing.ts";
import { type LayerFunction, type LayerPlan, type LayerWeights, type LinearWeights, reversed } from "./recurrence.ts";
import { MAKE, type RecurrentOptions } from "./recurrent_options.ts";
import { type CellAttributes, noteRun } from "./recurrent_trace.ts";
import { dropPacked, dropRecurrentWeights } from "./recurrent_dropout.ts";
import type { RecurrentState, SequenceOptions, SequenceResult, StateShapes } from "./states.ts";

const RUN = "run a recurrent layer";

const STATES = ["h", "c", "last", "x"] as const;
/** The last layer's outputs, and what each layer returns in each direction. */
type LayerResults = { output: Tensor } & { [K in typeof STATES[number]]: Tensor[] };

/**
 * Runs stacked recurrent layers in one or two directions. Parameters have PyTorch's names, layouts and default
 * initialization: uniform(-1/sqrt(H), 1/sqrt(H)).
 */
export abstract class Recurrent extends Module {
  /** Input size I. */
  readonly input: number;
  /** Hidden size H of each layer. */
  readonly hiddenSizes: readonly number[];
  /** Size P of the last layer's hidden state: the projection's size, or the layer's hidden size without one. */
  readonly projected: number;
  /** Number of stacked layers. */
  readonly layers: number;
  /** Number of directions D. */
  readonly directions: 1 | 2;
  /** Dropout rate between layers. */
  readonly dropout: number;
  /** Whether the state includes cell states, as in an LSTM. */
  abstract readonly hasCells: boolean;
  #lockedDropout: boolean;
  #weightDropout: number;
  /** Size of the hidden states and of the cell states of each layer in each direction. */
  #widths: { readonly h: readonly number[]; readonly c: readonly number[] };
  #weights: LayerWeights[] = [];
  #named: [string, Parameter][] = [];

  /** `gates` is the number of gates: 1, 3 or 4; `rounds` that of a Mogrifier LSTM. */
  protected constructor(options: RecurrentOptions, gates: number, projection?: number, rounds = 0) {
    super();
    const { input, hidden, layers, bidirectional = false, dropout = 0 } = options;
    const { lockedDropout = false, weightDropout = 0 } = options;
    checkSize(MAKE, "an input size", input);
    const hiddenSizes = hiddenSizesOf(MAKE, hidden, layers);
    checkRate(MAKE, dropout);
    checkRate(MAKE, weightDropout);
    const least = Math.min(...hiddenSizes);
    if (projection !== undefined && !(Number.isInteger(projection) && projection >= 1 && projection < least)) {
      throw new InputRangeError(`${MAKE}: expected a projection from 1 to below ${least}, found ${projection}`);
    }
    this.input = input;
    this.hiddenSizes = hiddenSizes;
    this.projected = projection ?? hiddenSizes.at(-1)!;
    this.layers = hiddenSizes.length;
    this.directions = bidirectional ? 2 : 1;
    this.dropout = dropout;
    this.#lockedDropout = lockedDropout;
    this.#weightDropout = weightDropout;
    const sizes = hiddenSizes.flatMap((size) => new Array<number>(this.directions).fill(size));
    this.#widths = { h: sizes.map((size) => projection ?? size), c: sizes };
    this.#makeWeights(options, gates, projection, rounds);
    if (weightDropout === 0 || this.#weights[0].weightHH) return;
    throw new InputRangeError(
      `${MAKE}: expected no weight dropout for a cell without recurrent weights, found ${weightDropout}`,
    );
  }

  /**
   * Returns the shapes of the states of B sequences: `[layers D, B, size]`, or side by side `[1, B, sum of the sizes]`
   * if the layers differ in size.
   */
  stateShapes(B: number): StateShapes {
    const { h, c } = this.#widths;
    return { h: shapeOfStates(h, B), ...this.hasCells && { c: shapeOfStates(c, B) } };
  }

  /**
   * Returns the function that runs one layer over a packed batch.
   * @internal
   */
  protected abstract layerFunction(): LayerFunction;

  /**
   * Returns the name of the cell, and what distinguishes it from others of that name.
   * @internal
   */
  protected cellAttributes(): CellAttributes {
    return { cell: this.constructor.name };
  }

  /**
   * Makes the parameters of a layer in one direction, for a cell whose gates have no product with h_{t-1}.
   * @internal
   */
  protected linearWeights(_plan: LayerPlan): LinearWeights | undefined {
    return undefined;
  }

  /** Yields the parameters with PyTorch's names, then the children in the fields of a subclass. */
  override *children(): Iterable<[name: string, child: Parameter | Module]> {
    yield* this.#named;
    yield* super.children();
  }

  /**
   * Runs over x `[T, B, I]`. Throws `RangeError` if a shape does not match or a length is out of range, `TypeError` if
   * an option is unknown.
   */
  forward(x: Tensor, options: SequenceOptions = {}): SequenceResult {
    expectOptions(RUN, options, ["lengths", "state"]);
    const { lengths, state } = options;
    const states = state ? [state.h, state.c, state.x].filter((states) => states !== undefined) : [];
    engineOf(RUN, x, this.#weights[0].weightIH, ...states);
    const [T, B, I] = x.shape;
    if (x.shape.length !== 3 || I !== this.input || T < 1 || B < 1) {
      throw new InputRangeError(`${RUN}: expected an input [T, B, ${this.input}], found ${formatShape(x.shape)}`);
    }
    if (lengths && lengths.length !== B) {
      throw new InputRangeError(`${RUN}: expected ${B} lengths, found ${lengths.length}`);
    }
    if (state) checkState(RUN, state, this.stateShapes(B));
    return Scope.of(x.engine, RUN).asOne(() => this.#run(x, options), (scope, result) => {
      const { layers, directions } = this;
      noteRun(scope, x, options, result, { ...this.cellAttributes(), layers, directions, weights: this.#weights });
    });
  }

  #run(x: Tensor, { lengths, state }: SequenceOptions): SequenceResult {
    const [T, B, I] = x.shape;
    const packing = lengths ? raggedPacking(T, lengths) : densePacking(T, B);
    let packed = reshape(x, [T * B, I]);
    if (!packing.isDense) packed = gather(packed, packing.fromPadded);
    const { output, h, c, last, x: inputs } = this.#runLayers(packed, packing, state);
    const padded = packing.isDense ? reshape(output, [T, B, -1]) : gather(output, packing.toPadded, [T, B]);
    const join = (states: Tensor[]): Tensor | undefined => states.length ? joinStates(states, packing) : undefined;
    const joined = { h: join(h)!, c: join(c), ...inputs.length && { x: join(inputs) } };
    return { output: padded, state: joined, last: join(last) ?? joined.h };
  }

  /**
   * Runs one time step on x `[B, I]` from the previous states, and returns the output `[B, P]` and the new states.
   * Throws `RangeError` if the layer is bidirectional or a shape does not match.
   */
  step(x: Tensor, state?: RecurrentState): SequenceResult {
    if (this.directions === 2) {
      throw new InputRangeError("step: expected a layer of one direction, found a bidirectional one");
    }
    engineOf("step", x);
    const [B, I] = x.shape;
    if (x.shape.length !== 2 || I !== this.input) {
      throw new InputRangeError(`step: expected an input [B, ${this.input}], found ${formatShape(x.shape)}`);
    }
    const { output, ...states } = this.forward(reshape(x, [1, B, this.input]), { state });
    return { output: reshape(output, [B, this.projected]), ...states };
  }

  #runLayers(x: Tensor, packing: Packing, state?: RecurrentState): LayerResults {
    const forward = this.layerFunction();
    const inputs = new Array<number>(this.directions).fill(this.input);
    const states: Omit<LayerResults, "output"> = { h: [], c: [], last: [], x: [] };
    let output = x;
    for (let layer = 0; layer < this.layers; layer++) {
      const outputs: Tensor[] = [];
      const dropped = layer > 0 ? this.#drop(output, packing) : output;
      for (let direction = 0; direction < this.directions; direction++) {
        const index = layer * this.directions + direction;
        const result = (direction === 0 ? forward : reversed(forward))({
          x: dropped,
          packing,
          weights: dropRecurrentWeights(this.#weights[index], this.#weightDropout),
          h0: state ? takeState(state.h, this.#widths.h, index, packing) : null,
          c0: state?.c ? takeState(state.c, this.#widths.c, index, packing) : null,
          x0: state?.x && layer === 0 ? takeState(state.x, inputs, direction, packing) : null,
        });
        outputs.push(result.output);
        for (const name of STATES) if (result[name]) states[name].push(result[name]);
      }
      output = outputs.length === 1 ? outputs[0] : concat(outputs, 1);
    }
    return { output, ...states };
  }

  #drop(x: Tensor, packing: Packing): Tensor {
    return this.#lockedDropout ? dropPacked(x, packing, this.dropout) : dropout(x, this.dropout);
  }

  #makeWeights(options: RecurrentOptions, gates: number, projection: number | undefined, rounds: number): void {
    const { engine, random } = resolveOptions(options);
    const { h, c } = this.#widths;
    const { directions } = this;
    const inputs = c.map((_, i) => i < directions ? this.input : directions * h[i - directions]);
    // Inputs of each gate and round, recurrent weights and both biases of each gate, and the projection.
    const counts = c.map((size, i) =>
      (gates + rounds) * size * inputs[i] + gates * size * (h[i] + 2) + size * (projection ?? 0)
    );
    checkRoom(engine, counts.reduce((sum, count) => sum + count, 0));
    for (const [i, size] of c.entries()) {
      const suffix = `_l${Math.floor(i / directions)}${i % directions === 1 ? "_reverse" : ""}`;
      const make = (name: string, ...shape: number[]): Parameter => {
        const parameter = new Parameter(shape, { engine });
        initialiseUniform(parameter, 1 / Math.sqrt(size), random);
        this.#named.push([name + suffix, parameter]);
        return parameter;
      };
      const plan = {
        make,
        layer: Math.floor(i / directions),
        input: inputs[i],
        hidden: size,
        bias: options.bias !== false,
      };
      // The layer function of such a cell reads no other weights.
      this.#weights.push(
        this.linearWeights(plan) as LayerWeights | undefined ?? {
          weightIH: make("weight_ih", gates * size, inputs[i]),
          weightHH: make("weight_hh", gates * size, h[i]),
          biasIH: options.bias === false ? null : make("bias_ih", gates * size),
          biasHH: options.bias === false ? null : make("bias_hh", gates * size),
          weightHR: projection === undefined ? null : make("weight_hr", projection, size),
          ...rounds > 0 && { weightQ: make("weight_q", Math.ceil(rounds / 2) * inputs[i], size) },
          ...rounds > 1 && { weightR: make("weight_r", Math.floor(rounds / 2) * size, inputs[i]) },
        },
      );
    }
  }
}
