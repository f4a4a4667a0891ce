import type { Tensor } from "../../../../src/nn/mod.ts";
import type { Emission } from "./emission.ts";
import type { GraphWriter } from "./graph_writer.ts";
import { project, rowsAsWeight, type Weight, weightOf } from "./products.ts";
import type { LayerInput, Weights } from "./recurrent_layer.ts";

/** One step of a cell for which ONNX has no operator. */
export interface CellBody {
  /** The states, in their order, and their sizes. */
  readonly states: readonly { readonly name: "h" | "c" | "inputs"; readonly width: number }[];
  /** The rows that a step reads, for all steps: [T, B, size] each. */
  readonly rows: readonly string[];
  /** Size of the output. */
  readonly width: number;
  /** Writes a step. */
  readonly write: (
    graph: GraphWriter,
    rows: readonly string[],
    states: readonly string[],
  ) => { readonly states: readonly string[]; readonly output: string };
}

/** Divides the last dimension into parts of the given size. */
function parts(graph: GraphWriter, x: string, count: number, size: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const bounds = [i * size, (i + 1) * size, -1].map((number) => graph.integers([number]));
    return graph.node("Slice", [x, ...bounds]);
  });
}

/** Computes a + b (c - a). */
function between(graph: GraphWriter, a: string, b: string, c: string): string {
  return graph.node("Add", [a, graph.node("Mul", [b, graph.node("Sub", [c, a])])]);
}

/** Computes W x + b for all steps. */
function allGates({ emission, x }: LayerInput, { weightIH, biasIH }: Weights): string {
  const bias = biasIH ? emission.nameOf(biasIH) : undefined;
  return project(emission.graph, x, weightOf(emission, weightIH!), bias);
}

function minGru(input: LayerInput, weights: Weights): CellBody {
  const { emission: { graph } } = input;
  const H = (weights.weightIH as Tensor).shape[0] / 2;
  const [z, a] = parts(graph, allGates(input, weights), 2, H);
  const isPositive = graph.node("GreaterOrEqual", [a, graph.float(0)]);
  const n = graph.node("Where", [
    isPositive,
    graph.node("Add", [a, graph.float(0.5)]),
    graph.node("Sigmoid", [a]),
  ]);
  return {
    states: [{ name: "h", width: H }],
    rows: [graph.node("Sigmoid", [z]), n],
    width: H,
    write(graph, [z, n], [h]) {
      const next = between(graph, h, z, n);
      return { states: [next], output: next };
    },
  };
}

function sru(input: LayerInput, weights: Weights): CellBody {
  const { emission, x } = input;
  const { graph } = emission;
  const { weightIH, weightC, biasIH } = weights;
  const H = (weightC as Tensor).shape[0] / 2;
  const G = (weightIH as Tensor).shape[0] / H;
  const [u, f, r, s] = parts(graph, project(graph, x, weightOf(emission, weightIH!)), G, H);
  const halves = (tensor: Tensor): string[] => {
    const values = tensor.toArray();
    return [0, H].map((first) => graph.floats(emission.nameLike(tensor, "_part"), [H], values.slice(first, first + H)));
  };
  const [vF, vR] = halves(weightC as Tensor);
  const [bF, bR] = biasIH ? halves(biasIH as Tensor) : [];
  const shifted = (gate: string, bias: string | undefined): string =>
    bias === undefined ? gate : graph.node("Add", [gate, bias]);
  const skipped = s ?? graph.node("Mul", [x, graph.float(Math.sqrt(3))]);
  return {
    states: [{ name: "h", width: H }],
    rows: [u, shifted(f, bF), shifted(r, bR), skipped],
    width: H,
    write(graph, [u, f, r, s], [c]) {
      const gate = (sum: string, v: string): string =>
        graph.node("Sigmoid", [graph.node("Add", [sum, graph.node("Mul", [v, c])])]);
      const cell = between(graph, u, gate(f, vF), c);
      return { states: [cell], output: between(graph, s, gate(r, vR), cell) };
    },
  };
}

function qrnn(input: LayerInput, weights: Weights): CellBody {
  const { emission, x, layer, operation } = input;
  const { weightIH, biasIH } = weights;
  const [rows, columns] = (weightIH as Tensor).shape;
  const H = rows / 3;
  const pool = (graph: GraphWriter, gates: string, c: string): { cell: string; output: string } => {
    const [z, f, o] = parts(graph, gates, 3, H);
    const cell = between(graph, graph.node("Tanh", [z]), graph.node("Sigmoid", [f]), c);
    return { cell, output: graph.node("Mul", [graph.node("Sigmoid", [o]), cell]) };
  };
  const state = { name: "h", width: H } as const;
  if (layer > 0 || columns === (operation.inputs[0] as Tensor).shape[2]) {
    return {
      states: [state],
      rows: [allGates(input, weights)],
      width: H,
      write(graph, [gates], [c]) {
        const { cell, output } = pool(graph, gates, c);
        return { states: [cell], output };
      },
    };
  }
  const own = weightOf(emission, weightIH!);
  const bias = biasIH ? emission.nameOf(biasIH) : undefined;
  return {
    states: [state, { name: "inputs", width: columns / 2 }],
    rows: [x],
    width: H,
    write(graph, [now], [c, before]) {
      const gates = project(graph, graph.node("Concat", [before, now], { axis: 1 }), own, bias);
      const { cell, output } = pool(graph, gates, c);
      return { states: [cell, now], output };
    },
  };
}

/** Writes the gates and states of an LSTM from the sum of its products. */
function lstmStep(graph: GraphWriter, sums: string, c: string, H: number): { cell: string; output: string } {
  const [i, f, g, o] = parts(graph, sums, 4, H);
  const kept = graph.node("Mul", [graph.node("Sigmoid", [f]), c]);
  const added = graph.node("Mul", [graph.node("Sigmoid", [i]), graph.node("Tanh", [g])]);
  const cell = graph.node("Add", [kept, added]);
  return { cell, output: graph.node("Mul", [graph.node("Sigmoid", [o]), graph.node("Tanh", [cell])]) };
}

/** Returns the sum of both biases, or undefined without biases. */
function summedBiases(emission: Emission, { biasIH, biasHH }: Weights): string | undefined {
  if (!biasIH || !biasHH) return undefined;
  return emission.graph.node("Add", [emission.nameOf(biasIH), emission.nameOf(biasHH)]);
}

/** An LSTM with a projection. */
function projectedLstm(input: LayerInput, weights: Weights): CellBody {
  const { emission, x } = input;
  const { weightIH, weightHH, weightHR } = weights;
  const [G, P] = (weightHH as Tensor).shape;
  const gates = project(emission.graph, x, weightOf(emission, weightIH!), summedBiases(emission, weights));
  const [recurrent, projection] = [weightOf(emission, weightHH!), weightOf(emission, weightHR!)];
  return {
    states: [{ name: "h", width: P }, { name: "c", width: G / 4 }],
    rows: [gates],
    width: P,
    write(graph, [gates], [h, c]) {
      const sums = graph.node("Add", [gates, project(graph, h, recurrent)]);
      const { cell, output } = lstmStep(graph, sums, c, G / 4);
      const projected = project(graph, output, projection);
      return { states: [projected, cell], output: projected };
    },
  };
}

function mogrifier(input: LayerInput, weights: Weights): CellBody {
  const { emission, x } = input;
  const { weightIH, weightHH, weightQ, weightR } = weights;
  const H = (weightHH as Tensor).shape[1];
  const E = (weightIH as Tensor).shape[1];
  const rounds = (matrix: unknown, width: number): Weight[] => {
    if (!matrix) return [];
    const count = (matrix as Tensor).shape[0] / width;
    return Array.from(
      { length: count },
      (_, i) => rowsAsWeight(emission, matrix as Tensor, [i * width, (i + 1) * width], `_round_${i + 1}`),
    );
  };
  const [ofX, ofH] = [rounds(weightQ, E), rounds(weightR, H)];
  const [own, recurrent] = [weightOf(emission, weightIH!), weightOf(emission, weightHH!)];
  const bias = summedBiases(emission, weights);
  return {
    states: [{ name: "h", width: H }, { name: "c", width: H }],
    rows: [x],
    width: H,
    write(graph, [x], [h, c]) {
      const scale = (value: string, by: string, weight: Weight): string => {
        const share = graph.node("Sigmoid", [project(graph, by, weight)]);
        return graph.node("Mul", [graph.node("Mul", [share, graph.float(2)]), value]);
      };
      let [nowX, nowH] = [x, h];
      for (const [i, weight] of ofX.entries()) {
        nowX = scale(nowX, nowH, weight);
        if (i < ofH.length) nowH = scale(nowH, nowX, ofH[i]);
      }
      const sums = graph.node("Add", [project(graph, nowX, own, bias), project(graph, nowH, recurrent)]);
      const { cell, output } = lstmStep(graph, sums, c, H);
      return { states: [output, cell], output };
    },
  };
}

/** The cells that are written as a loop over steps, by name. */
export const CELLS_BY_STEP: Readonly<Record<string, (input: LayerInput, weights: Weights) => CellBody>> = {
  lstm: projectedLstm,
  mingru: minGru,
  sru,
  qrnn,
  mogrifier,
};
