import { count } from "../../../tasks/task_model/mod.ts";
import { reviewCorpus } from "../../../tasks/default_data/mod.ts";
import { type LabelledTexts, readLabelledTexts } from "../../../tasks/data/mod.ts";
import {
  findDuplicates,
  type LabelledCorpus,
  type LabelledText,
  splitTexts,
} from "../../../tasks/classification/texts.ts";

/** Where labelled texts come from and how they are divided. */
export interface DataPlan {
  /** The file; generated reviews where absent. */
  readonly data?: string;
  /** Validation file. */
  readonly valid?: string;
  /** Test file. */
  readonly test?: string;
  /** Share of the texts for validation, where there is no validation file; 0.1 where absent. */
  readonly validFraction?: number;
  /** Share of the texts for testing, where there is no test file; 0 where absent. */
  readonly testFraction?: number;
  /** What the files are, where it is not to be found out. */
  readonly format?: LabelledTexts["format"];
  /** Column of the texts. */
  readonly textColumn?: string;
  /** Column of the labels. */
  readonly labelColumn?: string;
  /** Seed of the division. */
  readonly seed?: number;
}

/** Labelled texts, and what is to be said of how they were read. */
export interface ReadData {
  /** The texts. */
  readonly corpus: LabelledCorpus;
  /** What each file was taken for. */
  readonly files: readonly Omit<LabelledTexts, "texts">[];
  /** What was found, a line each. */
  readonly notes: readonly string[];
  /** What is not as it should be, a line each. */
  readonly warnings: readonly string[];
}

/** Reads and divides labelled texts. Throws a RangeError for labels that are not those of the training texts, naming the file. */
export async function readData(plan: DataPlan): Promise<ReadData> {
  if (plan.data === undefined) return { corpus: reviewCorpus(), files: [], notes: [], warnings: [] };
  const files = new Map<string, LabelledTexts>();
  for (const [part, path] of Object.entries({ data: plan.data, valid: plan.valid, test: plan.test })) {
    if (path !== undefined) files.set(part, await readFile(path, plan));
  }
  const { data, valid, test } = Object.fromEntries(files);
  refuseSingleLabel(data);
  const split = splitTexts(data.texts, {
    validFraction: valid ? 0 : plan.validFraction ?? 0.1,
    testFraction: test ? 0 : plan.testFraction ?? 0,
    seed: plan.seed,
  });
  const corpus = { train: split.train, valid: valid?.texts ?? split.valid, test: test?.texts ?? split.test };
  for (const file of [valid, test]) if (file) refuseNewLabels(file, corpus.train);
  const empty = [...files.values()].filter((file) => file.empty > 0);
  return {
    corpus,
    files: [...files.values()].map(({ texts: _texts, ...file }) => file),
    notes: [...files.values()].map(describe),
    warnings: [
      ...empty.map(({ source, empty }) => `${source}: ${count(empty, "text")} without words left out`),
      ...duplicateWarnings(corpus),
    ],
  };
}

/** Reads labelled texts. */
export async function readFile(
  path: string,
  { format, textColumn, labelColumn }: Pick<DataPlan, "format" | "textColumn" | "labelColumn">,
): Promise<LabelledTexts> {
  return await readLabelledTexts(path, { format, textColumn, labelColumn });
}

/** What a file holds, in words. */
export function describe({ source, format, texts, textColumn, labelColumn }: LabelledTexts): string {
  const counts = new Map<string, number>();
  for (const { label } of texts) counts.set(label, (counts.get(label) ?? 0) + 1);
  const columns = textColumn === undefined ? "" : `, columns ${textColumn} and ${labelColumn}`;
  const shares = [...counts].sort(([a], [b]) => a < b ? -1 : 1).map(([label, n]) =>
    `${label} ${n.toLocaleString("en")}`
  );
  const shown = shares.length > 12 ? [...shares.slice(0, 12), `and ${shares.length - 12} more labels`] : shares;
  return `${source}: ${count(texts.length, "text")} (${format}${columns}): ${shown.join(", ")}.`;
}

function refuseSingleLabel({ source, texts }: LabelledTexts): void {
  const [first, second] = new Set(texts.map(({ label }) => label));
  if (second !== undefined) return;
  throw new RangeError(`read ${source}: expected texts of at least 2 labels, found ${JSON.stringify(first)} only`);
}

function refuseNewLabels({ source, texts }: LabelledTexts, train: readonly LabelledText[]): void {
  const known = new Set(train.map(({ label }) => label));
  const index = texts.findIndex(({ label }) => !known.has(label));
  if (index < 0) return;
  const labels = [...known].slice(0, 12).join(", ");
  throw new RangeError(
    `read ${source}: expected the labels of the training texts (${labels}), found ${
      JSON.stringify(texts[index].label)
    } in text ${index + 1}`,
  );
}

function duplicateWarnings(corpus: LabelledCorpus): string[] {
  const { valid, test, train, contradictions } = findDuplicates(corpus);
  return [
    ...train > 0 ? [`${count(train, "training text")} ${train === 1 ? "stands" : "stand"} there more than once`] : [],
    ...valid > 0
      ? [`${count(valid, "validation text")} ${be(valid)} also trained on: the validation figures are too good`]
      : [],
    ...test > 0
      ? [`${count(test, "test text")} ${be(test)} also trained on or validated with: the test figures are too good`]
      : [],
    ...contradictions > 0
      ? [`${count(contradictions, "text")} ${contradictions === 1 ? "has" : "have"} more than one label`]
      : [],
  ];
}

function be(count: number): string {
  return count === 1 ? "is" : "are";
}

/** Says that of some texts only the beginning is read. */
export function truncationWarning(texts: number, maxTokens: number): string {
  return `warning: of ${count(texts, "text")} only the first ${maxTokens.toLocaleString("en")} tokens are read`;
}
