import { InputRangeError } from "../../errors.ts";
import { concat, formatShape, gather, reshape, Scope, slice, type Tensor } from "../tensor/mod.ts";
import type { Packing } from "./packing.ts";
import type { RecurrentState, StateShapes } from "./states.ts";

/**
 * Returns the shape of the states of B sequences in layers of the given widths: `[layers, B, width]`, or side by side
 * `[1, B, sum of the widths]` if they differ.
 */
export function shapeOfStates(widths: readonly number[], B: number): readonly number[] {
  if (widths.every((width) => width === widths[0])) return [widths.length, B, widths[0]];
  return [1, B, widths.reduce((sum, width) => sum + width, 0)];
}

/** Returns one layer's states `[B, width]` in packed order. */
export function takeState(states: Tensor, widths: readonly number[], index: number, packing: Packing): Tensor {
  const own = ownState(states, widths, index);
  return packing.isDense ? own : gather(own, packing.order);
}

function ownState(states: Tensor, widths: readonly number[], index: number): Tensor {
  const [layers, B] = states.shape;
  const width = widths[index];
  if (layers < widths.length) {
    const first = widths.slice(0, index).reduce((sum, width) => sum + width, 0);
    return reshape(slice(states, 2, first, first + width), [B, width]);
  }
  // A pass never changes its initial states, so outside training, with no gradient to return, a view is enough.
  return Scope.of(states.engine, "recurrence").training
    ? reshape(slice(states, 0, index, index + 1), [B, width])
    : states.part([B, width], index * B * width);
}

/** Joins the layers' states `[B, width]` in packed order into states in batch order, as `shapeOfStates` says. */
export function joinStates(states: readonly Tensor[], packing: Packing): Tensor {
  const ordered = packing.isDense ? states : states.map((state) => gather(state, packing.ranks));
  const widths = states.map(({ shape }) => shape[1]);
  const [lead] = shapeOfStates(widths, packing.batch);
  return concat(ordered.map((state) => reshape(state, [1, ...state.shape])), lead === states.length ? 0 : 2);
}

/** Throws `RangeError` if states do not have the expected shapes. */
export function checkState(action: string, state: RecurrentState, { h, c, x }: StateShapes): void {
  const check = (name: string, tensor: Tensor | undefined, shape: readonly number[]): void => {
    const [expected, found] = [formatShape(shape), tensor ? formatShape(tensor.shape) : "none"];
    if (found === expected) return;
    throw new InputRangeError(`${action}: expected a state ${name} ${expected}, found ${found}`);
  };
  check("h", state.h, h);
  if (c) check("c", state.c, c);
  if (x && state.x) check("x", state.x, x);
}
