import { type Hypothesis, rowOf, type StepModel } from "./hypothesis.ts";
import { checkSearch, score, type SearchSettings } from "./settings.ts";
import { blocked } from "./blocking.ts";

/** The likeliest symbol at every step, for all sequences side by side: what beam search gives with a beam of 1, without its bookkeeping. */
export function searchGreedily(model: StepModel, settings: SearchSettings): Hypothesis[] {
  checkSearch(settings);
  const { sequences: B, boundary } = model;
  const found = Array.from({ length: B }, () => ({ symbols: [] as number[], sum: 0, attention: [] as Float32Array[] }));
  const isEnded = new Array<boolean>(B).fill(false);
  const symbols = new Int32Array(B).fill(boundary);
  const parents = Int32Array.from(symbols, (_, b) => b);
  while (isEnded.includes(false)) {
    const output = model.step(symbols, parents);
    for (let b = 0; b < B; b++) {
      if (isEnded[b]) continue;
      const { probabilities, attention } = rowOf(output, b, model, b);
      const own = found[b];
      const next = likeliest(probabilities, own.symbols, boundary, settings, settings.maxLengths[b]);
      own.sum += Math.log(probabilities[next]);
      if (attention) own.attention.push(attention);
      if (next === boundary) isEnded[b] = true;
      else own.symbols.push(next);
      symbols[b] = next;
    }
  }
  return found.map(({ symbols, sum, attention }) => ({
    symbols,
    logProbability: sum,
    score: score(sum, symbols.length + 1, attention, settings),
    attention,
  }));
}

function likeliest(
  probabilities: Float32Array,
  before: readonly number[],
  boundary: number,
  { minLength, blockNgrams }: SearchSettings,
  maxLength: number,
): number {
  if (before.length >= maxLength) return boundary;
  const banned = blocked(before, blockNgrams);
  let best = -1;
  for (let v = 0; v < probabilities.length; v++) {
    if (!(probabilities[v] > (best < 0 ? 0 : probabilities[best]))) continue;
    if (banned.has(v) || (v === boundary && before.length < minLength)) continue;
    best = v;
  }
  return best < 0 ? boundary : best;
}
