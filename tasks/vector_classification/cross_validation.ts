import { drawConfusion, formatConfusion, formatScores, matthewsCorrelation, scoresOf } from "../labels/mod.ts";
import { type CrossValidation, percent } from "../task_model/mod.ts";
import type { VectorClassifier } from "./model.ts";
import { describeSimple, measureSimple } from "./nearest_neighbor.ts";
import { validShare, type VectorData, type VectorPlan } from "./plan.ts";
import {
  fingerprintOf,
  foldSequences,
  splitSequences,
  targetsOf,
  type VectorCorpus,
  vectorLabels,
} from "./sequences.ts";
import type { VectorClassifierTypes } from "./task.ts";

/** The confusion matrix of a fold, which the report adds up. */
interface FoldConfusion {
  readonly labels: readonly string[];
  readonly confusion: readonly (readonly number[])[];
}

/** The cross-validation of vector classifiers. */
export const VECTOR_FOLDS: CrossValidation<VectorClassifier, VectorPlan, VectorData, VectorClassifierTypes["data"]> = {
  divide(plan, data) {
    const { folds: wanted, seed } = plan;
    const { train: sequences } = data.corpus;
    const validFraction = validShare(plan, sequences.length);
    const folds = foldSequences(sequences, {
      folds: wanted === "leave-one-out" ? wanted : Number(wanted),
      seed,
    });
    const corpora = folds.map((held): VectorCorpus => {
      const isHeld = new Set(held);
      const others = sequences.filter((_, i) => !isHeld.has(i));
      return { ...splitSequences(others, { validFraction, seed }), test: held.map((i) => sequences[i]) };
    });
    const labels = vectorLabels(sequences);
    // The sequences are the same in all folds: their division is told by their places.
    const whole = fingerprintOf([targetsOf(sequences, labels)]);
    const division = folds.flatMap((held) => [...held, held.length]).reduce(
      (hash, i) => Math.imul(hash ^ i, 31),
      whole,
    );
    return { folds: corpora.map((corpus) => ({ ...data, corpus })), fingerprint: division >>> 0 };
  },

  async measure(model, data, signal) {
    const { train, test } = data as VectorCorpus;
    const { sequences, accuracy, loss, confusion } = await model.evaluate(test!, { signal });
    signal?.throwIfAborted();
    const simple = await measureSimple(model.processor, train, test!);
    return { figures: { sequences, accuracy, loss, ...simple }, notes: { labels: model.config.labels, confusion } };
  },

  describe: ({ sequences, accuracy, loss }) =>
    `accuracy ${percent(accuracy)} (${Math.round(accuracy * sequences)} of ${sequences}), loss ${loss.toFixed(4)}`,

  conclude(mean, deviation, notes) {
    const folds = notes as unknown as readonly FoldConfusion[];
    const { labels, confusion } = addUp(folds);
    const { majority, nearest, compared, known } = mean;
    const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
    const [hits, all] = [sum(confusion.map((row, i) => row[i])), sum(confusion.map(sum))];
    const scores = scoresOf(labels, confusion);
    return {
      lines: [
        `All folds together: accuracy ${percent(hits / all)} (${hits} of ${all}), macro F1 ${
          (sum(scores.map(({ f1 }) => f1)) / scores.length).toFixed(4)
        }, MCC ${matthewsCorrelation(confusion).toFixed(4)}; standard deviation of a fold's accuracy ${
          percent(deviation.accuracy)
        }, mean loss ${mean.loss.toFixed(4)}.`,
        ...describeSimple({ majority, nearest, compared, known }, mean.accuracy, "held-out"),
        ["", formatScores(scores, "sequences"), "", formatConfusion(labels, confusion), ""].join("\n"),
      ],
      picture: drawConfusion(labels, confusion),
    };
  },
};

/** Adds the confusion matrices of the folds, whose models may lack a label. */
function addUp(folds: readonly FoldConfusion[]): FoldConfusion {
  const labels = folds.reduce((a, b) => b.labels.length > a.length ? b.labels : a, [] as readonly string[]);
  const confusion = labels.map(() => labels.map(() => 0));
  for (const fold of folds) {
    const places = fold.labels.map((label) => labels.indexOf(label));
    fold.confusion.forEach((row, i) => row.forEach((count, j) => confusion[places[i]][places[j]] += count));
  }
  return { labels, confusion };
}
