import { InputRangeError } from "../../errors.ts";
import { custom, type Field, nullable } from "../../src/schema/mod.ts";
import { type LabelledTexts, readLabelledTexts, type ReadOptions } from "../data/mod.ts";
import { count } from "../task_model/mod.ts";

/** The schema of the labels of files. */
export const FILE_LABELS: Field<string | null> = nullable(custom<string>({
  option: "labels",
  group: "data",
  value: "A,B",
  notWith: ["labelColumn"],
  help:
    "Labels of files that hold none, in the order of the files, which commas divide: FASTA, FASTQ or lines of texts.",
  check: (value) => {
    const labels = typeof value === "string" ? partsOf(value) : [];
    return labels.length >= 2 && labels.every((label) => label !== "") && new Set(labels).size === labels.length
      ? undefined
      : "at least 2 different labels, divided by commas";
  },
}));

function partsOf(list: string): string[] {
  return list.split(",").map((part) => part.trim());
}

/**
 * Reads a file for each of some labels; commas divide the paths and the labels.
 *
 * Throws `RangeError` if there are not as many files as labels, or for what `readLabelledTexts` throws.
 */
export async function readFilesOfLabels(
  paths: string,
  fileLabels: string,
  options: ReadOptions,
): Promise<LabelledTexts> {
  const [files, labels] = [partsOf(paths), partsOf(fileLabels)];
  if (files.length !== labels.length) {
    const found = count(files.length, "file");
    throw new InputRangeError(
      `read ${paths}: expected a file for each of ${count(labels.length, "label")}, found ${found}`,
    );
  }
  const found: LabelledTexts[] = [];
  for (const [i, file] of files.entries()) found.push(await readLabelledTexts(file, { ...options, label: labels[i] }));
  return joined(found);
}

/** Joins the texts of several files. */
function joined(files: readonly LabelledTexts[]): LabelledTexts {
  const places = files.flatMap(({ texts, place, source }) => texts.map((_, i) => () => `${place(i)} of ${source}`));
  const sum = (number: (file: LabelledTexts) => number): number => files.reduce((all, file) => all + number(file), 0);
  return {
    source: files.map(({ source }) => source).join(","),
    format: files[0].format,
    texts: files.flatMap(({ texts }) => texts),
    empty: sum(({ empty }) => empty),
    lowerCase: sum(({ lowerCase = 0 }) => lowerCase),
    place: (text) => places[text](),
  };
}

/** With at most this many sequences, each may have a label of its own. */
const FEW = 10;

/** Throws `RangeError` if the headers of sequences hold no labels, since most of what was read as one occurs once. */
export function refuseNames({ source, format, texts }: LabelledTexts): void {
  if (texts.length <= FEW || format !== "fasta" && format !== "fastq") return;
  const counts = Map.groupBy(texts, ({ label }) => label);
  const once = [...counts.values()].filter(({ length }) => length === 1).length;
  if (once <= counts.size / 2) return;
  throw new InputRangeError(
    `read ${source}: expected labels in the headers, found ${once.toLocaleString("en")} of ` +
      `${count(counts.size, "last field")} once; name their place with --label-column, or give a file for each label ` +
      "to --labels",
  );
}
