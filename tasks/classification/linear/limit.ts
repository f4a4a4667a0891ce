import { spreadItems, spreadPlaces } from "../../../src/train/mod.ts";
import { MOST_PAIRS } from "../texts.ts";
import { FeatureReader, featuresFor, type LinearFeatures } from "./features.ts";

/** The largest number of features in memory: with their columns and values, about 1 GiB. */
const MOST_FEATURES = 2 ** 27;

/** The features of the texts that are judged by a sample: this share of them, and at most this many. */
const [SAMPLED_SHARE, MOST_SAMPLED] = [1 / 20, 256];

/** A part of the texts that a linear model may read. */
interface Limit {
  /** The features to count. */
  readonly features: LinearFeatures;
  /** Number of labels, for each of which training keeps numbers with each text. */
  readonly labels: number;
  /** Number of successive texts that belong together. Default: 1. */
  readonly group?: number;
  /** The largest number of features. Default: 134,217,728. */
  readonly most?: number;
}

/**
 * Returns as many texts, evenly spaced, as have about the largest number of features by the estimate of a sample, and
 * no more pairs with the labels than fit into memory; or all of them if they have fewer.
 */
export function withinLimit<T extends { readonly text: string }>(
  texts: readonly T[],
  { features, labels, group = 1, most = MOST_FEATURES }: Limit,
): readonly T[] {
  const share = Math.min(most / estimate(texts, features), MOST_PAIRS / (texts.length * labels));
  if (!(share < 1)) return texts;
  const places = spreadPlaces(Math.ceil(texts.length / group), share);
  return places.flatMap((place) => texts.slice(place * group, (place + 1) * group));
}

/** Estimates the number of features of texts. */
function estimate(texts: readonly { readonly text: string }[], features: LinearFeatures): number {
  if (texts.length === 0) return 0;
  const sample = spreadItems(texts, Math.min(SAMPLED_SHARE, MOST_SAMPLED / texts.length));
  const { columns } = new FeatureReader(features).read(sample.map(({ text }) => text));
  return columns.length / sample.length * texts.length;
}

/** Says, if a linear model reads only a part of its training texts, which one. */
export function describeLimit(
  texts: readonly { readonly text: string }[],
  limit: Omit<Limit, "features">,
): string[] {
  const kept = withinLimit(texts, { ...limit, features: featuresFor(texts.map(({ text }) => text)) }).length;
  if (kept === texts.length) return [];
  const [few, all] = [kept, texts.length].map((number) => (number / (limit.group ?? 1)).toLocaleString("en"));
  return [
    `The linear model reads ${few} of the ${all} training texts, evenly spaced: all of them need too much memory.`,
  ];
}
