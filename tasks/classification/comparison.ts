import { type Judge, judgeOf, usualSelection } from "../labels/mod.ts";
import type { ClassifierEvaluation } from "./answers.ts";
import { linearLogits } from "./inference.ts";
import { Baselines } from "./linear/mod.ts";
import type { Classifier } from "./model.ts";
import { decisionBaselines } from "./multi_label/mod.ts";
import { strandsOf } from "./strands.ts";
import type { LabelledCorpus, LabelledText } from "./texts.ts";

/** The evaluations of a model on the parts of its corpus. */
interface Evaluations {
  readonly valid?: ClassifierEvaluation;
  readonly test?: ClassifierEvaluation;
}

/** A comparison: lines about the validation texts, lines about the test texts, and fields of a JSON object. */
interface Comparison {
  readonly lines: readonly string[];
  readonly results: readonly string[];
  readonly fields: Readonly<Record<string, number | boolean>>;
}

/** The accuracy of simple methods; if a text may have several labels, their micro F1. */
export interface BaselineFigures {
  /** The most frequent label of the training texts, for every text. */
  readonly majority: number;
  /** Naive Bayes, if each text has one label. */
  readonly naiveBayes?: number;
  /** The linear model. */
  readonly linear: number;
}

/** Compares a model with simple methods; the last line says so if it does not beat the linear model. */
export async function compareWithBaselines(
  model: Classifier,
  corpus: LabelledCorpus,
  { valid, test }: Evaluations,
): Promise<Comparison> {
  const judged = test ?? valid;
  if (!judged) return { lines: [], results: [], fields: {} };
  const { architecture, multiLabel } = model.config;
  const judge = judgeOf(usualSelection(multiLabel));
  const measure = await baselinesOf(model, corpus);
  const found = {
    valid: corpus.valid && await measure(corpus.valid),
    test: corpus.test && await measure(corpus.test),
  };
  const isLinear = architecture === "linear";
  const describe = (part: string, figures: BaselineFigures): string =>
    `For comparison, ${judge.name} on the ${part} texts: ${
      describeBaselines(isLinear ? { ...figures, linear: undefined } : figures, judge)
    }.`;
  const { linear } = (found.test ?? found.valid)!;
  const verdict = isLinear
    ? { lines: [], fields: {} }
    : judgeAgainst(linear, judge.of(judged), judge, test ? "test" : "validation");
  return {
    lines: [...found.valid ? [describe("validation", found.valid)] : [], ...test ? [] : verdict.lines],
    results: found.test ? [describe("test", found.test), ...verdict.lines] : [],
    fields: {
      ...verdict.fields,
      ...found.valid && baselineFields(found.valid, multiLabel, "valid_"),
      ...found.test && baselineFields(found.test, multiLabel, "test_"),
    },
  };
}

/**
 * Prepares the simple methods with which a model is compared, and returns a function that measures them on texts. The
 * linear model is the model's own if it has one.
 */
export async function baselinesOf(
  model: Classifier,
  corpus: LabelledCorpus,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<(texts: readonly LabelledText[]) => Promise<BaselineFigures>> {
  const { config: { labels, linear: features, multiLabel }, network } = model;
  // As the model reads them: both strands of DNA, if it reads both.
  const logits = async (texts: readonly string[]): Promise<Float32Array[]> => {
    const strands = texts.map((text) => strandsOf(text, model.config));
    const at = (strand: number) => ({ texts: strands.map((own) => own[strand]) });
    return (await linearLogits(network, model.config.reverseComplement ? { ...at(0), reverse: at(1) } : at(0)))!;
  };
  const linear = network.linear && features ? { features, logits } : undefined;
  if (multiLabel) return await decisionBaselines(corpus, labels, { linear, signal });
  const baselines = await Baselines.of(corpus, labels, { linear, signal });
  return (texts) => baselines.measure(texts);
}

/** Lists the figures of simple methods. */
export function describeBaselines(
  { majority, naiveBayes, linear }: Partial<BaselineFigures>,
  { show }: Judge,
): string {
  return Object.entries({ "most frequent label": majority, "Naive Bayes": naiveBayes, "linear model": linear })
    .flatMap(([name, figure]) => figure === undefined ? [] : [`${name} ${show(figure)}`]).join(", ");
}

/** Whether a model beats the linear model, as a field of JSON, with a line that says so if it does not. */
export function judgeAgainst(
  linear: number,
  figure: number,
  { name, show }: Judge,
  part: string,
): { readonly lines: readonly string[]; readonly fields: { readonly beats_linear: boolean } } {
  if (figure > linear) return { lines: [], fields: { beats_linear: true } };
  const line =
    `This model does not beat the linear model on the ${part} texts (${name} ${show(figure)}, ${show(linear)}); ` +
    "--model linear trains the linear model alone, in seconds.";
  return { lines: [line], fields: { beats_linear: false } };
}

/** Returns the figures as fields of a JSON object: `majority`, or `majority_micro_f1` for a multi-label model. */
export function baselineFields(
  { majority, naiveBayes, linear }: Partial<BaselineFigures>,
  multiLabel: boolean,
  prefix = "",
): Record<string, number> {
  const suffix = multiLabel ? "_micro_f1" : "";
  return Object.fromEntries(
    Object.entries({ majority, naive_bayes: naiveBayes, linear }).flatMap(([name, figure]) =>
      figure === undefined ? [] : [[`${prefix}${name}${suffix}`, figure]]
    ),
  );
}
