import { ELEMENT_TYPES, type ValueInfoProto } from "../../../../src/formats/onnx/mod.ts";
import { type CellBody, CELLS_BY_STEP } from "./cell_bodies.ts";
import { GraphWriter } from "./graph_writer.ts";
import type { LayerInput, LayerOutput } from "./recurrent_layer.ts";
import { maskOf } from "./steps.ts";

export { CELLS_BY_STEP } from "./cell_bodies.ts";

/** The results of a loop over the steps of one direction. */
interface Loop {
  readonly output: string;
  readonly states: readonly string[];
  readonly last: string;
}

function valueInfo(name: string, elemType: number, dims: number): ValueInfoProto {
  const dim = Array.from({ length: dims }, () => ({}));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

/** Writes one layer as a loop over its steps in each direction. */
export function runByStep(input: LayerInput): LayerOutput {
  const { emission: { graph }, operation: { attributes: { cell } }, weights } = input;
  const body = CELLS_BY_STEP[cell.toLowerCase()];
  const bodies = weights.map((own) => body(input, own));
  const loops = bodies.map((own, direction) => runLoop(input, own, direction));
  const join = (pick: (loop: Loop) => string): string => {
    const each = loops.map((loop) => graph.node("Unsqueeze", [pick(loop), graph.integers([0])]));
    return each.length === 1 ? each[0] : graph.node("Concat", each, { axis: 0 });
  };
  const [{ states }] = bodies;
  const place = (name: string): number => states.findIndex((state) => state.name === name);
  const state = (name: string): string | undefined =>
    place(name) < 0 ? undefined : join((loop) => loop.states[place(name)]);
  return {
    output: loops.length === 1 ? loops[0].output : graph.node("Concat", loops.map(({ output }) => output), { axis: 2 }),
    h: state("h")!,
    c: state("c"),
    inputs: state("inputs"),
    last: join(({ last }) => last),
  };
}

/** Returns the initial state [B, width] of a direction. */
function initialState(
  { emission, x, ...states }: LayerInput,
  { name, width }: CellBody["states"][number],
  direction: number,
): string {
  const { graph } = emission;
  const given = states[name];
  if (given !== undefined) return graph.node("Gather", [given, graph.integer(direction)], { axis: 0 });
  return emission.once(`zeros ${x} ${width}`, () => {
    const shape = graph.node("Shape", [x]);
    const batch = graph.node("Slice", [shape, graph.integers([1]), graph.integers([2])]);
    const dims = graph.node("Concat", [batch, graph.integers([width])], { axis: 0 });
    return graph.node("Expand", [graph.float(0), dims]);
  });
}

function runLoop(input: LayerInput, body: CellBody, direction: number): Loop {
  const { emission, lengths, operation } = input;
  const { graph } = emission;
  const steps = emission.extentsOf(operation.outputs[0])[0];
  const mask = lengths === undefined ? undefined : maskOf(emission, lengths, steps);
  const inner = new GraphWriter(graph);
  const old = body.states.map(({ name }) => inner.name(`${name}_before`));
  const rows = body.rows.map(() => inner.name("row"));
  const alive = inner.name("alive");
  const { states, output } = body.write(inner, rows, old);
  const kept = (next: string, before: string): string =>
    inner.node(mask === undefined ? "Identity" : "Where", mask === undefined ? [next] : [alive, next, before]);
  // The last output is carried as one more state: of a short sequence it is not that of the last step.
  const lastBefore = inner.name("last_before");
  const next = states.map((state, i) => kept(state, old[i]));
  const last = kept(output, lastBefore);
  const shown = mask === undefined ? inner.node("Identity", [output]) : inner.node("Where", [
    alive,
    output,
    graph.float(0),
  ]);
  const float = (name: string): ValueInfoProto => valueInfo(name, ELEMENT_TYPES.float, 2);
  const inputs = [...old, lastBefore, ...rows].map(float);
  if (mask !== undefined) inputs.push(valueInfo(alive, ELEMENT_TYPES.bool, 2));
  const loop = inner.finish(inner.name("step"), inputs, [...next, last, shown].map(float));
  const scanned = [...body.rows, ...mask === undefined ? [] : [mask]];
  const initial = body.states.map((state) => initialState(input, state, direction));
  const zeros = initialState({ ...input, h: undefined }, { name: "h", width: body.width }, direction);
  const names = [...body.states.map(({ name }) => `${name}_last`), "last", "output"].map((name) => graph.name(name));
  const found = graph.nodes("Scan", [...initial, zeros, ...scanned], {
    body: { graph: loop },
    num_scan_inputs: scanned.length,
    ...direction === 1 && { scan_input_directions: scanned.map(() => 1), scan_output_directions: [1] },
  }, names);
  return { output: found.at(-1)!, last: found.at(-2)!, states: found.slice(0, -2) };
}
