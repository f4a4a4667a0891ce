import { exists } from "../../tasks/data/mod.ts";
import { type FoldFiles, type Items, readFasta, readLines, readTable, writeFolds } from "./folds.ts";
import type { Metric } from "./figures.ts";

/** The files of one training and its test. */
export interface Split extends FoldFiles {
  /** The file to validate on. Default: the command's share of the training file. */
  readonly valid?: string;
  /** The encoding of the files. Default: UTF-8. */
  readonly encoding?: Encoding;
}

/** An encoding of files besides UTF-8. */
type Encoding = "windows-1252";

/** The least figures that the defaults and the automatic tuning should reach. */
export interface Targets {
  readonly defaults: number;
  readonly autotune: number;
}

/** A data set on which classifiers are compared. */
export interface DataSet {
  /** The name for `--only`; it is part of the key of stored results. */
  readonly name: string;
  /** The name in the tables. */
  readonly title: string;
  /** The figure in the first table. */
  readonly metric: Metric;
  /** Published figures, with their sources. */
  readonly published?: string;
  /** The targets from scratch. */
  readonly targets?: Targets;
  /** The targets with word vectors; without them, word vectors are not tried. */
  readonly vectorTargets?: Targets;
  /** Writes files into a folder, unless they are there already, and returns those of each fold. */
  readonly splits: (folder: string) => Promise<readonly Split[]>;
}

/** Everything of a data set but its files. */
type Description = Omit<DataSet, "splits">;

/** A data set, and the files that it needs. */
interface Source {
  readonly set: DataSet;
  readonly files: readonly string[];
}

/** A data set whose parts are files. */
function parts(description: Description, split: Split): Source {
  const { encoding: _encoding, ...files } = split;
  return { set: { ...description, splits: () => Promise.resolve([split]) }, files: Object.values(files) };
}

/** How a data set is divided into folds. */
interface Folding {
  /** Its files. */
  readonly files: readonly string[];
  /** Reads the bytes of its files. */
  readonly read: (...bytes: Uint8Array[]) => Items;
  /** Number of folds that are measured. Default: all. */
  readonly used?: number;
  /** The encoding of the files. Default: UTF-8. */
  readonly encoding?: Encoding;
}

/** Number of folds. */
const FOLDS = 10;

/** A data set that is divided into folds. */
function folds(description: Description, { files, read, used = FOLDS, encoding }: Folding): Source {
  const splits = async (folder: string): Promise<Split[]> => {
    const bytes = await Promise.all(files.map((file) => Deno.readFile(file)));
    const written = await writeFolds(read(...bytes), FOLDS, folder);
    return written.slice(0, used).map((split) => ({ ...split, encoding }));
  };
  return { set: { ...description, splits }, files };
}

/** The data sets of sentences. */
function sentences(data: string): Source[] {
  const [sst, trec] = [`${data}/sst2/stsa.binary`, `${data}/texts/trec`];
  const [valid, test] = [`${sst}.dev`, `${sst}.test`];
  const accuracy = { metric: "accuracy" } as const;
  return [
    parts({
      ...accuracy,
      name: "sst2",
      title: "SST-2, sentences",
      targets: { defaults: 0.82, autotune: 0.83 },
      vectorTargets: { defaults: 0.845, autotune: 0.855 },
    }, { train: `${sst}.train`, valid, test }),
    parts({
      ...accuracy,
      name: "sst2-phrases",
      title: "SST-2, trained on phrases",
      published: "CNN with word vectors 88.1 (Kim 2014)",
    }, { train: `${sst}.phrases.train`, valid, test }),
    parts({
      ...accuracy,
      name: "trec",
      title: "TREC",
      published: "93 to 95",
      targets: { defaults: 0.915, autotune: 0.93 },
      vectorTargets: { defaults: 0.94, autotune: 0.95 },
    }, { train: `${trec}_train.txt`, test: `${trec}_test.txt`, encoding: "windows-1252" }),
    folds({
      ...accuracy,
      name: "subj",
      title: "subj, 1,000 held out",
      published: "93 to 94",
      targets: { defaults: 0.935, autotune: 0.945 },
    }, { files: [`${data}/texts/subj.txt`], read: readLines, used: 1, encoding: "windows-1252" }),
  ];
}

/** The data sets of DNA. */
function sequences(data: string): Source[] {
  return [
    folds({
      name: "splice",
      title: "splice junctions, 10 folds",
      metric: "accuracy",
      targets: { defaults: 0.955, autotune: 0.97 },
    }, { files: [`${data}/dna/splice.csv`], read: readTable }),
    folds({
      name: "promoters",
      title: "E. coli promoters, 10 folds, MCC",
      metric: "mcc",
      published: "CNN 0.84, LSTM 0.74, Transformer 0.86",
      targets: { defaults: 0.8, autotune: 0.86 },
    }, {
      files: [`${data}/dna/Ecoli_prom.fa`, `${data}/dna/Ecoli_non_prom.fa`],
      read: (promoters, others) => ({
        items: [...readFasta(promoters, "promoter").items, ...readFasta(others, "other").items],
      }),
    }),
  ];
}

/** The endings of validation files of further data sets. */
const VALID = [".valid", ".dev"] as const;

/** Finds the data sets `NAME.train` and `NAME.test` in a folder, with a validation file if there is one. */
async function further(folder: string): Promise<DataSet[]> {
  if (!await exists(folder)) return [];
  const files = new Set((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name));
  const names = [...files].filter((file) => file.endsWith(".train")).map((file) => file.slice(0, -".train".length));
  return names.filter((name) => files.has(`${name}.test`)).sort().map((name) => {
    const ending = VALID.find((ending) => files.has(name + ending));
    const path = (ending: string): string => `${folder}/${name}${ending}`;
    const split = { train: path(".train"), test: path(".test"), ...ending && { valid: path(ending) } };
    return parts({ name: `extra/${name}`, title: name, metric: "accuracy" }, split).set;
  });
}

/** Finds the data sets in a folder. */
export async function findDataSets(data: string): Promise<DataSet[]> {
  const found: DataSet[] = [];
  for (const { set, files } of [...sentences(data), ...sequences(data)]) {
    const areThere = await Promise.all(files.map((file) => exists(file)));
    if (!areThere.includes(false)) found.push(set);
  }
  return [...found, ...await further(`${data}/extra`)];
}
