import {
  completeTrainSettings,
  expectShare,
  expectWhole,
  refuseSetting,
  type TrainSettings,
} from "../../src/train/mod.ts";

/** What decides which parameters are the best: BLEU of greedy translations, or the loss. */
export type Selection = "bleu" | "loss";
/** All of them. */
export const SELECTIONS: readonly Selection[] = ["bleu", "loss"];

/**
 * How a translator is trained; `batch` counts for nothing, `batchTokens` does. Where absent: 10 epochs of Adam at 0.004 with the cosine schedule
 * and a warm-up of 300 steps, gradients of norm 1 at most, and, without `averageLast`, a moving average that keeps 0.999.
 */
export interface TranslationFitSettings extends TrainSettings {
  /** Most symbols on each side of a batch, padding included; 1,000 where absent. */
  readonly batchTokens: number;
  /** Share of every target that is spread evenly over the vocabulary (Szegedy et al. 2016); 0.1 where absent. */
  readonly labelSmoothing: number;
  /**
   * Share of the decoder's inputs that are its own predictions in place of the target (Bengio et al. 2015). In epoch e it is 1 - 1 / e of this; the
   * predictions come from a first pass over the target (Mihaylova and Martins 2019). 0 where absent.
   */
  readonly scheduledSampling: number;
  /**
   * The chance that a merge of byte-pair encoding is passed over when the training sentences are divided into tokens, anew in every epoch (Provilkov
   * et al. 2020). 0 where absent.
   */
  readonly mergeDropout: number;
  /** What decides which parameters are the best; bleu where absent. */
  readonly selectBy: Selection;
}

/** Half of it learns far more slowly from as few pairs as people have; what other optimizers need only they know. */
function usualRate(optimizer: TrainSettings["optimizer"] = "adam"): number | undefined {
  return optimizer === "adam" || optimizer === "adamw" ? 0.004 : undefined;
}

/** The settings with what is absent filled in. Throws a RangeError for an impossible value. */
export function completeSettings(given: Partial<TranslationFitSettings>): TranslationFitSettings {
  const settings: TranslationFitSettings = {
    ...completeTrainSettings({
      ...given,
      epochs: given.epochs ?? 10,
      learningRate: given.learningRate ?? usualRate(given.optimizer),
      schedule: given.schedule ?? "cosine",
      warmup: given.warmup ?? 300,
      clipNorm: given.clipNorm === undefined ? 1 : given.clipNorm,
      averaging: given.averaging === undefined && !given.averageLast ? 0.999 : given.averaging,
    }),
    batchTokens: given.batchTokens ?? 1000,
    labelSmoothing: given.labelSmoothing ?? 0.1,
    scheduledSampling: given.scheduledSampling ?? 0,
    mergeDropout: given.mergeDropout ?? 0,
    selectBy: given.selectBy ?? "bleu",
  };
  expectWhole("batchTokens", settings.batchTokens, 1);
  expectShare("labelSmoothing", settings.labelSmoothing);
  expectShare("scheduledSampling", settings.scheduledSampling);
  expectShare("mergeDropout", settings.mergeDropout);
  if (!SELECTIONS.includes(settings.selectBy)) {
    refuseSetting("selectBy", `one of ${SELECTIONS.join(", ")}`, settings.selectBy);
  }
  return settings;
}
