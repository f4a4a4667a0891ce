import { percent } from "../task_model/mod.ts";
import { type BaselineAccuracies, Baselines } from "./linear/mod.ts";
import type { ClassifierEvaluation } from "./metrics.ts";
import type { Classifier } from "./model.ts";
import type { LabelledCorpus } from "./texts.ts";

/** The evaluations of a model on the parts of its corpus. */
interface Evaluations {
  readonly valid?: ClassifierEvaluation;
  readonly test?: ClassifierEvaluation;
}

/** A comparison: lines about the validation texts, lines about the test texts, and fields of a JSON object. */
interface Comparison {
  readonly lines: readonly string[];
  readonly results: readonly string[];
  readonly fields: Readonly<Record<string, number>>;
}

/** Compares a model with simple methods; the last line says so if it does not beat the linear model. */
export async function compareWithBaselines(
  model: Classifier,
  corpus: LabelledCorpus,
  { valid, test }: Evaluations,
): Promise<Comparison> {
  if (!valid && !test) return { lines: [], results: [], fields: {} };
  const baselines = await baselinesOf(model, corpus);
  const found = {
    valid: corpus.valid && baselines.measure(corpus.valid),
    test: corpus.test && baselines.measure(corpus.test),
  };
  const isLinear = model.config.architecture === "linear";
  const judged = test ?? valid;
  const verdict = isLinear
    ? []
    : refute(judged!.accuracy, (found.test ?? found.valid)!.linear, test ? "test" : "validation");
  return {
    lines: [...found.valid ? [describe("validation", found.valid, isLinear)] : [], ...test ? [] : verdict],
    results: test ? [describe("test", found.test!, isLinear), ...verdict] : [],
    fields: { ...fieldsOf("valid", found.valid), ...fieldsOf("test", found.test) },
  };
}

/** Prepares the simple methods with which a model is compared; the linear one is the model's own if it has one. */
export async function baselinesOf(model: Classifier, corpus: LabelledCorpus): Promise<Baselines> {
  const { config: { labels, linear: features }, network: { linear } } = model;
  const trained = linear && features ? { features, logits: linear.logits.bind(linear) } : undefined;
  return await Baselines.of(corpus, labels, trained);
}

function describe(part: string, { majority, naiveBayes, linear }: BaselineAccuracies, isLinear: boolean): string {
  return `For comparison, accuracy on the ${part} texts: most frequent label ${percent(majority)}, Naive Bayes ${
    percent(naiveBayes)
  }${isLinear ? "" : `, linear model ${percent(linear)}`}.`;
}

/** Returns a line that says so if a model does not beat the linear model. */
export function refute(accuracy: number, linear: number, part: string): string[] {
  if (accuracy > linear) return [];
  return [
    `This model does not beat the linear model on the ${part} texts (${percent(accuracy)}, ${percent(linear)}); ` +
    "--model linear trains the linear model alone, in seconds.",
  ];
}

function fieldsOf(part: string, found: BaselineAccuracies | undefined): Record<string, number> {
  if (!found) return {};
  const { majority, naiveBayes, linear } = found;
  return { [`${part}_majority`]: majority, [`${part}_naive_bayes`]: naiveBayes, [`${part}_linear`]: linear };
}
