import type { Series, SeriesSet } from "../../../tasks/data/series/mod.ts";
import { seededRandom } from "../../support/random.ts";

/** Makes a series with a daily season of eight values, a level and noise. */
export function seasonal(id: string, length: number, { level = 10, noise = 0.1, seed = 1 } = {}): Series {
  const random = seededRandom(seed);
  const value = (t: number): number => level * (1 + 0.3 * Math.sin(Math.PI * t / 4) + noise * (random() - 0.5));
  return { id, values: Float64Array.from({ length }, (_, t) => value(t)) };
}

/** Puts series into a set. */
export function setOf(series: readonly Series[], others: Partial<SeriesSet> = {}): SeriesSet {
  const names = { targetName: "y", knownNames: [], observedNames: [], staticNames: [] };
  return { series, period: 8, ...names, ...others };
}

/** A set with times, missing values and covariates of all kinds. */
export function withCovariates(length: number, ahead: number): SeriesSet {
  const series = [0, 1].map((k) => {
    const own = seasonal(`s${k}`, length, { seed: k + 1 });
    const promo = Float64Array.from({ length: length + ahead }, (_, t) => Number((t + k) % 5 === 0));
    return {
      ...own,
      values: own.values.map((value, t) => t % 11 === 3 ? NaN : value + 5 * promo[t]),
      start: Date.UTC(2024, 0, 1 + k),
      known: [promo],
      observed: [Float64Array.from({ length }, (_, t) => Math.cos(t))],
      statics: [k === 0 ? "north" : "south"],
    };
  });
  const names = { knownNames: ["promo"], observedNames: ["price"], staticNames: ["region"] };
  return setOf(series, { frequency: { unit: "hour", count: 3 }, ...names });
}
