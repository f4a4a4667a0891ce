import { InputRangeError } from "../../../../errors.ts";
import type { Operand, Tensor } from "../../../../src/nn/mod.ts";
import type { Emission } from "./emission.ts";
import { OPERATORS, runOperator } from "./recurrent_operators.ts";
import type { LayerOutput, RecurrentOperation, Weights } from "./recurrent_layer.ts";
import { CELLS_BY_STEP, runByStep } from "./recurrent_steps.ts";

/** Size of the hidden states of a layer. */
function hiddenWidth({ weightHR, weightHH, weightC, weightIH }: Weights, cell: string): number {
  const rows = (tensor: unknown): number => (tensor as Tensor).shape[0];
  if (weightHR) return rows(weightHR);
  if (weightHH) return (weightHH as Tensor).shape[1];
  return weightC ? rows(weightC) / 2 : rows(weightIH) / (cell === "qrnn" ? 3 : 2);
}

/** Size of the cell states of a layer. */
function cellWidth({ weightHH }: Weights): number {
  return (weightHH as Tensor).shape[0] / 4;
}

/** Writes recurrent layers, and names their outputs. Throws `RangeError` if the cell is not known. */
export function emitRecurrent(emission: Emission, operation: RecurrentOperation): undefined {
  const { attributes, inputs, outputs } = operation;
  const { layers, directions, weights, cell } = attributes;
  const name = cell.toLowerCase();
  const run = Object.hasOwn(OPERATORS, name) && !weights[0].weightHR ? runOperator : runByStep;
  if (run === runByStep && !Object.hasOwn(CELLS_BY_STEP, name)) {
    throw new InputRangeError(`export a graph: expected a cell of the library, found ${cell}`);
  }
  const named = inputs.map((input) => input === null ? undefined : emission.nameOf(input));
  const [x, lengths, h0, c0, x0] = named;
  const widths = { h: weights.map((one) => hiddenWidth(one, name)), c: outputs[2] ? weights.map(cellWidth) : [] };
  const found: LayerOutput[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const first = layer * directions;
    const state = (states: string | undefined, sizes: readonly number[]): string | undefined =>
      states === undefined ? undefined : layerStates(emission, states, sizes, [first, first + directions]);
    found.push(run({
      emission,
      operation,
      layer,
      weights: weights.slice(first, first + directions),
      x: found.at(-1)?.output ?? x!,
      lengths,
      h: state(h0, widths.h),
      c: state(c0, widths.c),
      inputs: layer === 0 ? x0 : undefined,
    }));
  }
  const place = (output: Operand<Tensor>, value: string | undefined): void => {
    if (output !== null && value !== undefined) emission.set(output, value);
  };
  const [output, h, c, last_x, last] = outputs;
  place(output, found.at(-1)!.output);
  place(h, joined(emission, found.map((one) => one.h), widths.h, directions));
  if (c) place(c, joined(emission, found.map((one) => one.c!), widths.c, directions));
  place(last_x, found[0].inputs);
  if (last !== h) place(last, joined(emission, found.map((one) => one.last ?? one.h), widths.h, directions));
  return undefined;
}

function isEven(widths: readonly number[]): boolean {
  return widths.every((width) => width === widths[0]);
}

/** Returns the states [D, B, size] of a layer. */
function layerStates(
  { graph }: Emission,
  states: string,
  widths: readonly number[],
  [first, end]: readonly [number, number],
): string {
  const part = (axis: number, from: number, to: number): string =>
    graph.node("Slice", [states, ...[from, to, axis].map((number) => graph.integers([number]))]);
  if (isEven(widths)) return first === 0 && end === widths.length ? states : part(0, first, end);
  const own = widths.slice(first, end).map((width, i) => {
    const start = widths.slice(0, first + i).reduce((sum, one) => sum + one, 0);
    return part(2, start, start + width);
  });
  return own.length === 1 ? own[0] : graph.node("Concat", own, { axis: 0 });
}

/** Joins the states of all layers: below each other, or side by side if they differ in size. */
function joined(
  { graph }: Emission,
  states: readonly string[],
  widths: readonly number[],
  directions: number,
): string {
  if (isEven(widths)) return states.length === 1 ? states[0] : graph.node("Concat", states, { axis: 0 });
  const each = directions === 1
    ? states
    : states.flatMap((state) =>
      [0, 1].map((d) => graph.node("Slice", [state, ...[d, d + 1, 0].map((number) => graph.integers([number]))]))
    );
  return graph.node("Concat", each, { axis: 2 });
}
