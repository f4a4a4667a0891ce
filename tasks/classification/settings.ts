import {
  completeTrainSettings,
  expectShare,
  expectWhole,
  refuseSetting,
  type TrainSettings,
} from "../../src/train/mod.ts";

/** How the labels are weighed: as they come, each as much as the others, or each by a number. */
export type LabelWeights = "none" | "balanced" | readonly number[];

/** How a sentiment classifier is trained. */
export interface SentimentFitSettings extends TrainSettings {
  /** Share of every target that is spread evenly over the labels (Szegedy et al. 2016); 0 where absent. */
  readonly labelSmoothing: number;
  /** How the labels are weighed; none where absent. `balanced` weighs a label by texts / (labels x its texts). */
  readonly labelWeights: LabelWeights;
  /** Whether the embeddings stay as they are; false where absent. */
  readonly freezeEmbeddings: boolean;
  /**
   * Epochs after which the next deeper layer begins to learn (Howard and Ruder 2018): at first only pooling and classifier do, then the last
   * recurrent layer, and at last the embeddings. 0, all from the beginning, where absent.
   */
  readonly unfreezeEvery: number;
  /** The learning rate of a layer as a share of that of the layer above it (Howard and Ruder 2018: 1 / 2.6); 1 where absent. */
  readonly layerDecay: number;
  /**
   * Adversarial training (Miyato et al. 2017): besides the texts as they are, texts are learned whose vectors are moved to where the loss grows
   * fastest, by this share of their length; each step takes twice as long. 0, none, where absent.
   */
  readonly adversarial: number;
}

/** The settings with what is absent filled in. Throws a RangeError for an impossible value. */
export function completeSettings(given: Partial<SentimentFitSettings>): SentimentFitSettings {
  const settings: SentimentFitSettings = {
    ...completeTrainSettings({
      ...given,
      epochs: given.epochs ?? 10,
      learningRate: given.learningRate ?? (given.optimizer === undefined ? 0.001 : undefined),
      clipNorm: given.clipNorm === undefined ? 1 : given.clipNorm,
    }),
    labelSmoothing: given.labelSmoothing ?? 0,
    labelWeights: given.labelWeights ?? "none",
    freezeEmbeddings: given.freezeEmbeddings ?? false,
    unfreezeEvery: given.unfreezeEvery ?? 0,
    layerDecay: given.layerDecay ?? 1,
    adversarial: given.adversarial ?? 0,
  };
  checkSettings(settings);
  return settings;
}

function checkSettings(settings: SentimentFitSettings): void {
  const { labelSmoothing, labelWeights, unfreezeEvery, layerDecay, adversarial } = settings;
  expectShare("labelSmoothing", labelSmoothing);
  expectShare("adversarial", adversarial);
  expectWhole("unfreezeEvery", unfreezeEvery, 0);
  if (!(layerDecay > 0 && layerDecay <= 1)) refuseSetting("layerDecay", "above 0 and at most 1", layerDecay);
  const isList = Array.isArray(labelWeights) && labelWeights.every((weight) => weight > 0 && weight < Infinity);
  if (labelWeights !== "none" && labelWeights !== "balanced" && !isList) {
    refuseSetting("labelWeights", "none, balanced or finite numbers above 0", labelWeights);
  }
}

/** The weight of each label, or nothing where all count alike. Throws a RangeError where there are not as many as labels. */
export function weightsOf(weights: LabelWeights, targets: Int32Array, labels: number): Float32Array | undefined {
  if (weights === "none") return undefined;
  if (weights !== "balanced") {
    if (weights.length !== labels) refuseSetting("labelWeights", `${labels} numbers`, weights.length);
    return Float32Array.from(weights);
  }
  const counts = new Float64Array(labels);
  for (const target of targets) counts[target]++;
  return Float32Array.from(counts, (count) => count === 0 ? 0 : targets.length / (labels * count));
}
