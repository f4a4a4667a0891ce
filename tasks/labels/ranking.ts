/** How well the probabilities of one of two labels rank the examples. */
export interface Ranking {
  /** The label whose probabilities are ranked. */
  readonly label: string;
  /**
   * Area under the ROC curve: the probability that an example with the label is ranked above one without it; a tie
   * counts half.
   */
  readonly rocAuc: number;
  /**
   * Average precision: the area under the precision-recall curve, as a sum over its steps, without interpolation. Texts
   * with equal probabilities are one step.
   */
  readonly averagePrecision: number;
}

/** Usual names of the label of all that is not looked for. */
const REST = /^(?:other|none|neg(?:ative)?|non.*|background|no|false|0|-1?)$/i;

/** Returns the only one of two labels that is not a usual name of the rest; undefined if there is none. */
export function soughtLabel(labels: readonly string[]): string | undefined {
  const likely = labels.filter((label) => !REST.test(label));
  return labels.length === 2 && likely.length === 1 ? likely[0] : undefined;
}

/**
 * Measures how the probabilities of two labels rank examples, for the label that is looked for or else the second.
 * Returns null if there are more labels, or if not both occur.
 */
export function rankingOf(
  probabilities: readonly ArrayLike<number>[],
  targets: ArrayLike<number>,
  labels: readonly string[],
): Ranking | null {
  if (labels.length !== 2) return null;
  const label = soughtLabel(labels) ?? labels[1];
  const own = labels.indexOf(label);
  // The odds, because probabilities near 1 round to equal numbers.
  const scores = probabilities.map((p) => p[own] / p[1 - own]);
  const steps = stepsOf(scores, scores.map((_, i) => targets[i] === own));
  const positive = steps.reduce((sum, { positive }) => sum + positive, 0);
  if (positive === 0 || positive === scores.length) return null;
  return { label, ...areasUnder(steps, positive, scores.length - positive) };
}

/** Texts with one score: how many have the label, and how many do not. */
interface Step {
  readonly positive: number;
  readonly negative: number;
}

/** Returns the examples of each score, from the highest to the lowest. */
function stepsOf(scores: readonly number[], isPositive: readonly boolean[]): Step[] {
  const order = [...scores.keys()].sort((a, b) => scores[a] === scores[b] ? 0 : scores[a] > scores[b] ? -1 : 1);
  const steps: { positive: number; negative: number }[] = [];
  order.forEach((text, place) => {
    if (place === 0 || scores[text] !== scores[order[place - 1]]) steps.push({ positive: 0, negative: 0 });
    steps.at(-1)![isPositive[text] ? "positive" : "negative"]++;
  });
  return steps;
}

function areasUnder(steps: readonly Step[], positives: number, negatives: number): Omit<Ranking, "label"> {
  let [hits, misses, won, precisions] = [0, 0, 0, 0];
  for (const { positive, negative } of steps) {
    won += positive * (negatives - misses - negative / 2);
    hits += positive;
    misses += negative;
    precisions += positive * hits / (hits + misses);
  }
  return { rocAuc: won / (positives * negatives), averagePrecision: precisions / positives };
}

/**
 * Computes the Matthews correlation between true and predicted labels (Matthews 1975; Gorodkin 2004 for several
 * labels): 1 if all are equal, 0 for predictions that ignore the example. It is 0 if all examples have one
 * label, or one is predicted for all.
 *
 * @param confusion Counts of examples by true label (rows) and predicted label (columns).
 */
export function matthewsCorrelation(confusion: readonly (readonly number[])[]): number {
  const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  const [rows, columns] = [confusion.map(sum), confusion.map((_, k) => sum(confusion.map((row) => row[k])))];
  const examples = sum(rows);
  const hits = sum(confusion.map((row, k) => row[k]));
  const spread = (a: readonly number[], b: readonly number[]): number => sum(a.map((count, k) => count * b[k]));
  const scale = Math.sqrt((examples ** 2 - spread(rows, rows)) * (examples ** 2 - spread(columns, columns)));
  return scale === 0 ? 0 : (hits * examples - spread(rows, columns)) / scale;
}
