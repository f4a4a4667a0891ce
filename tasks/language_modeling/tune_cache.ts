import type { Engine, Tensor } from "../../src/nn/mod.ts";
import { StreamCaches } from "./cache_mixer.ts";
import { adaptedStreams, type EvaluationPlan, statisticsOf } from "./evaluation.ts";
import type { LanguageNetwork } from "./network.ts";
import { mixedLoss, type NeuralCacheSettings, shareOf } from "./neural_cache.ts";
import { scoreWindows } from "./score_windows.ts";
import type { TokenIds } from "./token_ids.ts";
import type { Mixer, Predictions } from "./token_reader.ts";
import type { Window } from "./windows.ts";

/** The values that are tried. */
const THETAS = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1, 1.5, 2];
const LAMBDAS = [0, 0.02, 0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5];

/** Sums the losses for all pairs of theta and lambda in one pass. */
class CacheGrid implements Mixer {
  readonly sums: Float64Array = new Float64Array(THETAS.length * LAMBDAS.length);
  #caches: StreamCaches;

  constructor(engine: Engine, size: number, streams: number) {
    this.#caches = new StreamCaches(engine, size, streams);
  }

  /** Adds the differences that the caches make to the losses, which it does not change. */
  mix(window: Window, hidden: Tensor, { losses }: Predictions): void {
    this.#caches.read(window, hidden, THETAS, (row, tokens, shares, which) => {
      const share = shareOf(window.targets[row], tokens, shares);
      for (const [i, lambda] of LAMBDAS.entries()) {
        this.sums[which * LAMBDAS.length + i] += mixedLoss(losses[row], share, lambda) - losses[row];
      }
    });
  }

  [Symbol.dispose](): void {
    this.#caches[Symbol.dispose]();
  }
}

/**
 * Finds the theta and lambda of a cache with the lowest loss on a text, read as `plan` says, among a grid of values.
 */
export async function tuneCache(
  network: LanguageNetwork,
  ids: TokenIds,
  plan: EvaluationPlan & { readonly cache: NeuralCacheSettings },
): Promise<NeuralCacheSettings> {
  const { engine } = network.embedding.weight;
  const streams = adaptedStreams(network, ids, plan);
  const grid = new CacheGrid(engine, plan.cache.size, streams.batch);
  const options = { ...plan, statistics: statisticsOf(plan), mixer: grid };
  const reading = scoreWindows(network, streams, options);
  while (!(await reading.next()).done);
  const best = grid.sums.indexOf(Math.min(...grid.sums));
  return {
    ...plan.cache,
    theta: THETAS[Math.floor(best / LAMBDAS.length)],
    lambda: LAMBDAS[best % LAMBDAS.length],
  };
}
