import type { Tensor, TracedOperation } from "../../../../src/nn/mod.ts";
import type { Emission } from "./emission.ts";
import { fillPadding, rangeOf } from "./steps.ts";

type Named<N extends TracedOperation["name"]> = Extract<TracedOperation, { readonly name: N }>;

/** Writes a convolution over the steps of x [T, B, E]. */
export function emitConvolution(emission: Emission, { inputs: [x, weight, bias] }: Named<"convolve">): string {
  const { graph } = emission;
  const width = (weight as Tensor).shape[2];
  const before = Math.floor((width - 1) / 2);
  const channelsFirst = graph.node("Transpose", [emission.nameOf(x)], { perm: [1, 2, 0] });
  const inputs = [channelsFirst, emission.nameOf(weight), ...bias === null ? [] : [emission.nameOf(bias)]];
  const convolved = graph.node("Conv", inputs, { pads: [before, width - 1 - before], kernel_shape: [width] });
  return graph.node("Transpose", [convolved], { perm: [2, 0, 1] });
}

/** Writes a convolution of pictures [N, H, W, C]. */
export function emitConvolution2d(
  emission: Emission,
  { inputs: [x, weight, bias], attributes: { stride, padding } }: Named<"convolve2d">,
): string {
  const { graph } = emission;
  const channelsFirst = graph.node("Transpose", [emission.nameOf(x)], { perm: [0, 3, 1, 2] });
  const inputs = [channelsFirst, emission.nameOf(weight), ...bias === null ? [] : [emission.nameOf(bias)]];
  const attributes = { pads: [padding, padding, padding, padding], strides: [stride, stride] };
  return graph.node("Transpose", [graph.node("Conv", inputs, attributes)], { perm: [0, 2, 3, 1] });
}

/** Writes the maximum over windows of steps of x [T, B, K]. */
export function emitMaxPool(
  emission: Emission,
  { inputs: [x, lengths], outputs: [y], attributes: { size } }: Named<"maxPool">,
): string {
  const { graph } = emission;
  const own = emission.nameOf(lengths);
  const filled = fillPadding(emission, emission.nameOf(x), own, emission.extentsOf(x)[0], -Infinity);
  const byChannel = graph.node("Transpose", [filled], { perm: [1, 2, 0] });
  const pads = graph.integers([0, 0, 0, 0, 0, size - 1]);
  const padded = graph.node("Pad", [byChannel, pads, graph.float(-Infinity)]);
  const pooled = graph.node("MaxPool", [padded], { kernel_shape: [size], strides: [size] });
  const steps = graph.node("Transpose", [pooled], { perm: [2, 0, 1] });
  const [extent] = emission.extentsOf(y);
  emission.addSource(extent.symbols[0], steps, 0);
  const windows = graph.node("Div", [graph.node("Add", [own, graph.integer(size - 1)]), graph.integer(size)]);
  return fillPadding(emission, steps, windows, extent, 0);
}

/** Writes the maximum over equal parts of the steps of x [T, B, K]. */
export function emitAdaptiveMaxPool(
  emission: Emission,
  { inputs: [x, lengths], attributes: { regions } }: Named<"adaptiveMaxPool">,
): string {
  const { graph } = emission;
  const own = graph.node("Unsqueeze", [emission.nameOf(lengths), graph.integers([0])]);
  const numbers = Array.from({ length: regions }, (_, region) => region);
  const column = (values: readonly number[]): string =>
    graph.node("Unsqueeze", [graph.integers(values), graph.integers([1])]);
  const divide = (products: string): string => graph.node("Div", [products, graph.integer(regions)]);
  const starts = divide(graph.node("Mul", [column(numbers), own]));
  const ends = divide(
    graph.node("Add", [graph.node("Mul", [column(numbers.map((n) => n + 1)), own]), graph.integer(regions - 1)]),
  );
  const bySequence = (bounds: string): string => graph.node("Unsqueeze", [bounds, graph.integers([1, 3])]);
  const step = graph.node("Unsqueeze", [rangeOf(emission, emission.extentsOf(x)[0]), graph.integers([1, 2])]);
  const isBefore = graph.node("Less", [step, bySequence(starts)]);
  const isInside = graph.node("And", [graph.node("Not", [isBefore]), graph.node("Less", [step, bySequence(ends)])]);
  const filled = graph.node("Where", [isInside, emission.nameOf(x), graph.float(-Infinity)]);
  return graph.node("ReduceMax", [filled], { axes: [1], keepdims: 0 });
}
