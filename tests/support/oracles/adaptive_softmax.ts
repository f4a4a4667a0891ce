import { linear, row, type Values } from "./affine.ts";
import { logSoftmax } from "./softmax.ts";

/** A cluster's weights: project [width, I], words [size, width]. */
export interface AdaptiveCluster {
  project: Values;
  words: Values;
  width: number;
  size: number;
}

/** Arguments of {@linkcode adaptiveSoftmax}: x [N, I], head [first + clusters.length, I] with an optional bias. */
export interface AdaptiveSoftmaxOptions {
  x: Values;
  N: number;
  I: number;
  first: number;
  head: Values;
  bias?: Values;
  clusters: AdaptiveCluster[];
}

/**
 * Log-probabilities [N, V] of an adaptive softmax: those of the head for the first words; for a word of a cluster, its
 * logarithm within the cluster plus that of the cluster in the head.
 */
export function adaptiveSoftmax({ x, N, I, first, head, bias, clusters }: AdaptiveSoftmaxOptions): {
  output: Float64Array;
  backward(dOutput: Values): {
    dx: Float64Array;
    dHead: Float64Array;
    dBias: Float64Array;
    dClusters: { project: Float64Array; words: Float64Array }[];
  };
} {
  const O = first + clusters.length;
  const V = clusters.reduce((sum, { size }) => sum + size, first);
  const top = linear({ x, N, I, O, weight: head, bias });
  const logs = logSoftmax({ x: top.output, N, V: O });
  const runs = clusters.map(({ project, words, width, size }) => {
    const small = linear({ x, N, I, O: width, weight: project });
    const logits = linear({ x: small.output, N, I: width, O: size, weight: words });
    return { small, logits, logs: logSoftmax({ x: logits.output, N, V: size }), size };
  });
  const output = Float64Array.from({ length: N }, (_, n) => n).reduce((all, n) => {
    const own = row(logs.output, n, O);
    all.set(own.slice(0, first), n * V);
    runs.reduce((at, { logs, size }, i) => {
      all.set(row(logs.output, n, size).map((value) => value + own[first + i]), n * V + at);
      return at + size;
    }, first);
    return all;
  }, new Float64Array(N * V));
  return {
    output,
    backward(dOutput) {
      const dLogs = new Float64Array(N * O);
      for (let n = 0; n < N; n++) dLogs.set(row(dOutput, n, V).slice(0, first), n * O);
      const dx = new Float64Array(N * I);
      const addTo = (values: Float64Array): void => values.forEach((value, i) => dx[i] += value);
      let at = first;
      const dClusters = runs.map(({ small, logits, logs, size }, i) => {
        const own = new Float64Array(N * size);
        for (let n = 0; n < N; n++) own.set(row(dOutput, n, V).slice(at, at + size), n * size);
        own.forEach((value, j) => dLogs[Math.floor(j / size) * O + first + i] += value);
        at += size;
        const { dx: dSmall, dWeight: words } = logits.backward(logs.backward(own).dx);
        const { dx, dWeight: project } = small.backward(dSmall);
        addTo(dx);
        return { project, words };
      });
      const { dx: dTop, dWeight: dHead, dBias } = top.backward(logs.backward(dLogs).dx);
      addTo(dTop);
      return { dx, dHead, dBias, dClusters };
    },
  };
}
