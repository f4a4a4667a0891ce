import type { RowOutput } from "./hypothesis.ts";

/**
 * Returns the `count` most probable symbols that are possible and allowed, by descending probability, then by symbol.
 */
export function likeliestOf(
  { probabilities, likeliest }: RowOutput,
  count: number,
  isAllowed: (symbol: number) => boolean,
): number[] {
  if (!likeliest) return scan(probabilities, count, isAllowed);
  const best: number[] = [];
  for (const symbol of likeliest) {
    // The symbols are sorted, so all that follow are impossible too.
    if (symbol < 0 || !(probabilities[symbol] > 0)) return best;
    if (isAllowed(symbol)) best.push(symbol);
    if (best.length === count) return best;
  }
  return likeliest.length >= probabilities.length ? best : scan(probabilities, count, isAllowed);
}

function scan(probabilities: Float32Array, count: number, isAllowed: (symbol: number) => boolean): number[] {
  const best: number[] = [];
  let least = 0;
  for (let v = 0; v < probabilities.length; v++) {
    const p = probabilities[v];
    if (!(p > least) || !isAllowed(v)) continue;
    let at = best.length;
    while (at > 0 && probabilities[best[at - 1]] < p) at--;
    best.splice(at, 0, v);
    if (best.length > count) best.pop();
    if (best.length === count) least = probabilities[best[count - 1]];
  }
  return best;
}
