import { integer, nullable, number, type Schema, share } from "../../src/schema/mod.ts";
import { MOST_ENTRIES, NEURAL_CACHE, type NeuralCacheSettings } from "./neural_cache.ts";

/** The neural cache as the command line has it. */
export interface CachePlan {
  /** Number of entries of the neural cache; null for none. */
  readonly cache: number | null;
  /** Factor on the products of hidden states; null for the default. */
  readonly cacheTheta: number | null;
  /** The cache's share of every prediction; null for the default. */
  readonly cacheLambda: number | null;
}

const NEEDS = { group: "model", needs: ["cache"] } as const;

/** Schema of the options of a neural cache. */
export const CACHE_FIELDS: Schema<CachePlan> = {
  cache: nullable(
    integer({
      group: "model",
      min: 1,
      max: MOST_ENTRIES,
      value: "SIZE",
      help: "Predict from the last SIZE tokens, too.",
    }),
  ),
  cacheTheta: nullable(number({ ...NEURAL_CACHE.theta, ...NEEDS, defaultText: String(NEURAL_CACHE.theta.default) })),
  cacheLambda: nullable(share({ ...NEURAL_CACHE.lambda, ...NEEDS, defaultText: String(NEURAL_CACHE.lambda.default) })),
};

/** Returns the settings of a cache that are given; undefined if there is none. */
export function cacheOf(
  { cache, cacheTheta, cacheLambda }: Partial<CachePlan>,
): Partial<NeuralCacheSettings> | undefined {
  if (cache === undefined || cache === null) return undefined;
  return { size: cache, theta: cacheTheta ?? undefined, lambda: cacheLambda ?? undefined };
}
