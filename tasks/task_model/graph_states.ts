import { type Engine, type RecurrentState, type Tensor, tensor } from "../../src/nn/mod.ts";
import type { GraphInput, GraphOutput } from "./graph_plan.ts";

/** Descriptions of the states of recurrent layers, by their names. */
const HELP: Readonly<Record<string, string>> = {
  h: "Hidden states of the recurrent layers; zeros before the first step.",
  c: "Cell states of the recurrent layers; zeros before the first step.",
  x: "Last input of the first recurrent layer; zeros before the first step.",
  feed: "Last readout; zeros before the first step.",
};

/** Makes states of the given shapes that are inputs of a graph. */
export function stateInputs(
  shapes: Readonly<Record<string, readonly number[] | undefined>>,
  engine: Engine,
): { readonly inputs: readonly GraphInput[]; readonly state: RecurrentState & { readonly feed?: Tensor } } {
  const inputs: GraphInput[] = [];
  const state: Record<string, Tensor> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    if (!shape) continue;
    const values = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
    inputs.push({ name, values, shape, help: HELP[name] });
    state[name] = tensor(values, shape, { engine });
  }
  return { inputs, state: state as unknown as RecurrentState };
}

/** Makes outputs of states, with names that end in `_next`. */
export function stateOutputs(state: object): readonly GraphOutput[] {
  return Object.entries(state as Record<string, Tensor | undefined>).flatMap(([name, tensor]) =>
    tensor ? [{ name: `${name}_next`, tensor, help: `The ${name} of the next run.` }] : []
  );
}
