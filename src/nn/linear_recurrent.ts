import { offset } from "../engine/mod.ts";
import type { Parameter } from "../tensor/mod.ts";
import { checkOptions } from "./checks.ts";
import { minGruLayer } from "./min_gru_layer.ts";
import { qrnnLayer } from "./qrnn_layer.ts";
import type { LayerFunction, LayerPlan, LinearWeights } from "./recurrence.ts";
import { Recurrent } from "./recurrent.ts";
import { MAKE, RECURRENT_KINDS, type RecurrentOptions } from "./recurrent_options.ts";
import type { CellAttributes } from "./recurrent_trace.ts";
import { SRU_SCALE, sruLayer } from "./sru_layer.ts";
import type { StateShapes } from "./states.ts";

/**
 * Scales the numbers [first, last) of a parameter, drawn from uniform(-1/sqrt(H), 1/sqrt(H)), to
 * uniform(-range, range).
 */
function stretch(parameter: Parameter, H: number, range: number, first = 0, last: number = parameter.size): void {
  const at = offset(parameter.address, first);
  parameter.engine.run("affine", last - first, at, range * Math.sqrt(H), 0, at);
  parameter.touch();
}

/** Makes G blocks of H rows and their biases, from uniform(-1/sqrt(I), 1/sqrt(I)) as in a `Linear` of I inputs. */
function linearBlocks({ make, hidden: H, bias }: LayerPlan, G: number, I: number): LinearWeights {
  const weightIH = make("weight_ih", G * H, I);
  const biasIH = bias ? make("bias_ih", G * H) : null;
  for (const parameter of [weightIH, biasIH]) if (parameter) stretch(parameter, H, 1 / Math.sqrt(I));
  return { weightIH, biasIH };
}

/**
 * Quasi-recurrent network with fo-pooling (Bradbury et al. 2017). Gate order: z, f, o. As in AWD-QRNN (Merity et al.
 * 2018), the first layer reads x_{t-1} and x_t, the others x_t alone. The state h holds the cells c_t, the state x the
 * first layer's last input.
 *
 * @example
 * ```ts
 * import { inference, QRNN, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const qrnn = new QRNN({ input: 3, hidden: 4, layers: 2 });
 * inference(() => {
 *   const { output, state } = qrnn.forward(tensor(new Float32Array(5 * 2 * 3), [5, 2, 3]));
 *   assertEquals(output.shape, [5, 2, 4]);
 *   assertEquals([state.h.shape, state.x?.shape], [[2, 2, 4], [1, 2, 3]]);
 * });
 * ```
 */
export class QRNN extends Recurrent {
  /** Always false: the cells are in the state h. */
  readonly hasCells = false;

  /** Throws `RangeError` if an option is out of range, `TypeError` if it is unknown or has the wrong type. */
  constructor(options: RecurrentOptions) {
    super(checkOptions(MAKE, options, RECURRENT_KINDS), 3);
  }

  /** Returns the shapes of the states of B sequences. */
  override stateShapes(B: number): StateShapes {
    return { ...super.stateShapes(B), x: [this.directions, B, this.input] };
  }

  /**
   * Implements `Recurrent.linearWeights`.
   * @internal
   */
  protected override linearWeights(plan: LayerPlan): LinearWeights {
    return linearBlocks(plan, 3, (plan.layer === 0 ? 2 : 1) * plan.input);
  }

  /**
   * Implements `Recurrent.cellAttributes`.
   * @internal
   */
  protected override cellAttributes(): CellAttributes {
    return { cell: "qrnn" };
  }

  /**
   * Implements `Recurrent.layerFunction`.
   * @internal
   */
  protected override layerFunction(): LayerFunction {
    return qrnnLayer;
  }
}

/**
 * Simple recurrent unit (Lei et al. 2018): light recurrence and a highway connection. Gate order: candidate, forget
 * gate, reset gate and, if the input size is not H, a projection of the input. The state h holds the cells c_t.
 *
 * @example
 * ```ts
 * import { inference, SRU, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const sru = new SRU({ input: 3, hidden: 4, layers: 2 });
 * assertEquals(sru.namedParameters().get("weight_ih_l0")!.shape, [4 * 4, 3]);
 * assertEquals(sru.namedParameters().get("weight_ih_l1")!.shape, [3 * 4, 4]);
 * inference(() => {
 *   const { output } = sru.forward(tensor(new Float32Array(5 * 2 * 3), [5, 2, 3]));
 *   assertEquals(output.shape, [5, 2, 4]);
 * });
 * ```
 */
export class SRU extends Recurrent {
  /** Always false: the cells are in the state h. */
  readonly hasCells = false;

  /** Throws `RangeError` if an option is out of range, `TypeError` if it is unknown or has the wrong type. */
  constructor(options: RecurrentOptions) {
    super(checkOptions(MAKE, options, RECURRENT_KINDS), 4);
  }

  /**
   * Implements `Recurrent.linearWeights`, with the initial values of the paper.
   * @internal
   */
  protected override linearWeights({ make, input: I, hidden: H, bias }: LayerPlan): LinearWeights {
    const weightIH = make("weight_ih", (I === H ? 3 : 4) * H, I);
    const weightC = make("weight_c", 2 * H);
    const biasIH = bias ? make("bias_ih", 2 * H) : null;
    const range = Math.sqrt(3 / I);
    const block = H * I;
    stretch(weightIH, H, range, 0, block);
    stretch(weightIH, H, range * Math.SQRT1_2, block, 3 * block);
    if (I !== H) stretch(weightIH, H, range * SRU_SCALE, 3 * block);
    stretch(weightC, H, Math.sqrt(1.5));
    if (biasIH) stretch(biasIH, H, 0);
    return { weightIH, weightC, biasIH };
  }

  /**
   * Implements `Recurrent.cellAttributes`.
   * @internal
   */
  protected override cellAttributes(): CellAttributes {
    return { cell: "sru" };
  }

  /**
   * Implements `Recurrent.layerFunction`.
   * @internal
   */
  protected override layerFunction(): LayerFunction {
    return sruLayer;
  }
}

/**
 * minGRU (Feng et al. 2024): a GRU whose update gate and candidate read the input alone. Gate order: z, n. The
 * candidate is positive, as in the paper's log-space form.
 *
 * @example
 * ```ts
 * import { inference, MinGRU, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const minGRU = new MinGRU({ input: 3, hidden: 4 });
 * inference(() => {
 *   const { output, state } = minGRU.forward(tensor(new Float32Array(5 * 2 * 3), [5, 2, 3]));
 *   assertEquals(output.shape, [5, 2, 4]);
 *   assertEquals(state.h.shape, [1, 2, 4]);
 * });
 * ```
 */
export class MinGRU extends Recurrent {
  /** Always false: the state has no cell states. */
  readonly hasCells = false;

  /** Throws `RangeError` if an option is out of range, `TypeError` if it is unknown or has the wrong type. */
  constructor(options: RecurrentOptions) {
    super(checkOptions(MAKE, options, RECURRENT_KINDS), 2);
  }

  /**
   * Implements `Recurrent.linearWeights`.
   * @internal
   */
  protected override linearWeights(plan: LayerPlan): LinearWeights {
    return linearBlocks(plan, 2, plan.input);
  }

  /**
   * Implements `Recurrent.cellAttributes`.
   * @internal
   */
  protected override cellAttributes(): CellAttributes {
    return { cell: "mingru" };
  }

  /**
   * Implements `Recurrent.layerFunction`.
   * @internal
   */
  protected override layerFunction(): LayerFunction {
    return minGruLayer;
  }
}
