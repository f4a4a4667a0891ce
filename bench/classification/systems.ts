import type { DataSet } from "./data_sets.ts";
import { type Cell, type Chosen, type Job, trainClassifier } from "./elman.ts";
import { predictMajority, trainFastText } from "./peers.ts";

/** A method that is compared with others. */
export interface System {
  /** The name in the tables; it is part of the key of stored results. */
  readonly name: string;
  /** Whether it is measured with the first seed only. */
  readonly isOnce?: boolean;
  /** Whether it can be tried on a data set. Default: on all. */
  readonly fits?: (set: DataSet) => boolean;
  /** Trains it and predicts the labels of the test texts. */
  readonly run: (job: Job) => Promise<Cell>;
}

/** The choice of systems to measure. */
export interface Choice {
  /** Minutes of automatic tuning; 0 leaves it out. */
  readonly minutes: number;
  /** Whether Elman uses native matrix products. */
  readonly isNative: boolean;
  /** The file of word vectors, if there is one. */
  readonly vectors?: string;
  /** The Python that has fastText, if there is one. */
  readonly python?: string;
}

/** The name of an Elman system: "defaults, GloVe, native". */
export function elmanName(what: string, hasVectors: boolean, isNative: boolean): string {
  return [what, ...hasVectors ? ["GloVe"] : [], ...isNative ? ["native"] : []].join(", ");
}

/** The name of an automatic tuning. */
export function tuning(minutes: number): string {
  return `autotune ${minutes}`;
}

/** The minutes of the automatic tuning in a system's name; undefined if it has none. */
export function minutesOf(system: string): number | undefined {
  const [, minutes] = /\bautotune (\d+)/.exec(system) ?? [];
  return minutes === undefined ? undefined : Number(minutes);
}

/** fastText's arguments with which it is usually compared. */
const BIGRAMS = { epoch: 25, wordNgrams: 2 } as const;

/** Returns the systems to measure. */
export function systemsOf({ minutes, isNative, vectors, python }: Choice): System[] {
  const starts = [
    { file: undefined, given: [] },
    ...vectors === undefined ? [] : [{
      file: vectors,
      given: ["--vectors", vectors],
    }],
  ];
  const own = starts.flatMap(({ file, given }): System[] => {
    const hasVectors = file !== undefined;
    const fits = ({ vectorTargets }: DataSet): boolean => !hasVectors || vectorTargets !== undefined;
    const train = (job: Job, options: readonly string[]): Promise<Cell> =>
      trainClassifier(job, { isNative, options: [...given, ...options] });
    const tuned = { name: elmanName(tuning(minutes), hasVectors, isNative), isOnce: true, fits };
    return [
      { name: elmanName("defaults", hasVectors, isNative), fits, run: (job) => train(job, []) },
      ...minutes === 0 ? [] : [{ ...tuned, run: (job: Job) => train(job, optionsFor(job, minutes)) }],
    ];
  });
  return [
    ...own,
    {
      name: "linear",
      isOnce: true,
      run: (job) => trainClassifier(job, { isNative: false, options: ["--model", "linear"] }),
    },
    { name: "majority", isOnce: true, run: predictMajority },
    ...python === undefined ? [] : fastText(python, minutes),
  ];
}

/** The options of an automatic tuning, or those that it has chosen on the first fold. */
function optionsFor({ first }: Job, minutes: number): readonly string[] {
  return first?.chosen as readonly string[] | undefined ?? ["--autotune", String(minutes)];
}

/** fastText with its defaults, as it is usually compared, and with its own automatic tuning. */
function fastText(python: string, minutes: number): System[] {
  return [
    { name: "fastText", isOnce: true, run: (job) => trainFastText(job, { python }) },
    {
      name: "fastText, 25 epochs, bigrams",
      isOnce: true,
      run: (job) => trainFastText(job, { python, options: BIGRAMS }),
    },
    ...minutes === 0 ? [] : [{
      name: `fastText, ${tuning(minutes)}`,
      isOnce: true,
      run: (job: Job) => {
        const options: Chosen | undefined = job.first?.chosen;
        return trainFastText(job, options ? { python, options } : { python, minutes });
      },
    }],
  ];
}
