import type { Emission } from "./emission.ts";
import type { Extent } from "./sizes.ts";

/** Returns the numbers from 0 to below an extent. */
export function rangeOf(emission: Emission, extent: Extent): string {
  const { graph } = emission;
  const limit = emission.extent(extent, true);
  return emission.once(`range ${limit}`, () => graph.node("Range", [graph.integer(0), limit, graph.integer(1)]));
}

/** Returns which of T steps are within the lengths [B], as [T, B, 1]. */
export function maskOf(emission: Emission, lengths: string, steps: Extent): string {
  const { graph } = emission;
  const range = rangeOf(emission, steps);
  return emission.once(`mask ${lengths} ${range}`, () => {
    const byStep = graph.node("Unsqueeze", [range, graph.integers([1, 2])]);
    const bySequence = graph.node("Unsqueeze", [lengths, graph.integers([1])]);
    return graph.node("Less", [byStep, bySequence]);
  });
}

/** Replaces the steps of x [T, B, K] beyond the lengths by a number. */
export function fillPadding(emission: Emission, x: string, lengths: string, steps: Extent, value: number): string {
  const mask = maskOf(emission, lengths, steps);
  return emission.graph.node("Where", [mask, x, emission.graph.float(value)]);
}
