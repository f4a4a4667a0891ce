import type { Preset } from "../task_model/mod.ts";
import type { LanguageModelTypes } from "./task.ts";
import type { TextPlan } from "./text_plan.ts";

/** Options that reproduce a published language model or the demo. */
export type LanguageModelPreset = Preset<LanguageModelTypes, TextPlan>;

/**
 * `demo` is what `train-lm` trains if no data are given. `words` makes the most of an hour on two cores with a text of a
 * million words or more. The others are published models: `awd` is the AWD-LSTM of Merity et al. (2018), with the
 * settings of their code for the Penn Treebank. Zaremba et al. (2014) sum the losses over the time steps of a window,
 * whereas Elman takes their mean. A learning rate of 1 there is therefore `bptt` here, and a gradient norm clipped at 5
 * there is clipped at 5 / `bptt` here.
 */
export const PRESETS: Readonly<Record<string, LanguageModelPreset>> = {
  "demo": {
    plan: { tokenizer: "char", validFraction: 0.05 },
    model: { cell: "gru", embed: 64, hidden: 256 },
    fit: { maxSteps: 2300, learningRate: 0.004, schedule: "cosine" },
  },
  "words": {
    plan: { tokenizer: "word" },
    model: {
      cell: "lstm",
      hidden: 400,
      layers: 2,
      tied: true,
      dropout: 0.4,
      hiddenDropout: 0.25,
      lockedDropout: true,
      embedDropout: 0.05,
      weightDropout: 0.2,
    },
    fit: { minutes: 60, batch: 20, bptt: 35, learningRate: 0.004, schedule: "cosine", softmaxSamples: 1000 },
  },
  "zaremba-small": {
    plan: { tokenizer: "word" },
    model: { cell: "lstm", embed: 200, hidden: 200, layers: 2, dropout: 0, initRange: 0.1 },
    fit: zaremba({ bptt: 20, rate: 20, clipNorm: 0.25, decay: 0.5, decayAfter: 4, epochs: 13 }),
  },
  "zaremba-medium": {
    plan: { tokenizer: "word" },
    model: { cell: "lstm", embed: 650, hidden: 650, layers: 2, dropout: 0.5, initRange: 0.05 },
    fit: zaremba({ bptt: 35, rate: 35, clipNorm: 5 / 35, decay: 1 / 1.2, decayAfter: 6, epochs: 39 }),
  },
  "zaremba-large": {
    plan: { tokenizer: "word" },
    model: { cell: "lstm", embed: 1500, hidden: 1500, layers: 2, dropout: 0.65, initRange: 0.04 },
    fit: zaremba({ bptt: 35, rate: 35, clipNorm: 10 / 35, decay: 1 / 1.15, decayAfter: 14, epochs: 55 }),
  },
  "awd": {
    plan: { tokenizer: "word" },
    model: {
      cell: "lstm",
      embed: 400,
      hidden: 1150,
      layers: 3,
      tied: true,
      dropout: 0.4,
      inputDropout: 0.4,
      hiddenDropout: 0.25,
      lockedDropout: true,
      embedDropout: 0.1,
      weightDropout: 0.5,
    },
    fit: {
      batch: 20,
      bptt: 70,
      bpttDeviation: 5,
      epochs: 500,
      averageAfter: 5,
      optimizer: "sgd",
      learningRate: 30,
      schedule: "constant",
      clipNorm: 0.25,
      weightDecay: 1.2e-6,
      activationRegularization: 2,
      temporalRegularization: 1,
    },
  },
};

/** The settings that the three models of Zaremba et al. (2014) share. */
function zaremba({ rate, ...own }: {
  readonly bptt: number;
  readonly rate: number;
  readonly clipNorm: number;
  readonly decay: number;
  readonly decayAfter: number;
  readonly epochs: number;
}): LanguageModelPreset["fit"] {
  return { batch: 20, optimizer: "sgd", learningRate: rate, schedule: "step", decayEvery: 1, ...own };
}
