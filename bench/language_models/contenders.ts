/**
 * The models that are compared, each with a few candidate settings of which the best on the validation text is used.
 */
import { CELLS_WITH_RECURRENT_WEIGHTS } from "../../src/nn/cells.ts";
import type { DataSetName } from "./data_sets.ts";

/** How a contender is trained. */
export type System = "native" | "webassembly" | "pytorch";

/** A model that trains for a given time. */
export interface Contender {
  /** Its name in the report. */
  readonly name: string;
  /** How it is trained. */
  readonly system: System;
  /** Minutes of training. */
  readonly minutes: number;
  /** Options of its training command, by data set; the best on the validation text is used. */
  readonly candidates: Readonly<Record<DataSetName, readonly string[]>>;
}

/** The cells, with the widths that take about the same time as each other's. */
const CELLS = ["rnn", "gru", "lstm", "qrnn", "sru", "mingru", "mogrifier"] as const;

/** The cells without a matrix product in their recurrence, of which the best is also measured in WebAssembly. */
export const LIGHT_CELLS: readonly string[] = CELLS.filter((cell) => !CELLS_WITH_RECURRENT_WEIGHTS.includes(cell));

/** Random words beside those of a step over which losses are computed in training, of the 10,000 of the treebank. */
const SAMPLES = 1000;

/** Settings of a recurrent network of a cell. In WebAssembly they are narrower. */
function candidatesOf(cell: string, isNative: boolean): Contender["candidates"] {
  const { letters, words, layers } = commonOptions(cell);
  const size = (narrow: number, wide: number): number => isNative ? wide : narrow;
  return {
    shakespeare: [
      `${letters} --layers ${layers} --hidden ${size(256, 512)} --dropout 0.25 --lr 0.004`,
      `${letters} --layers ${layers} --hidden ${size(256, 512)} --dropout 0.25 --lr 0.002`,
      `${letters} --layers ${layers} --hidden ${size(384, 768)} --dropout 0.35 --lr 0.003`,
      `${letters} --layers ${layers + 1} --hidden ${size(256, 512)} --dropout 0.35 --lr 0.003`,
    ],
    ptb: [
      `${words} --layers ${layers} --hidden ${size(200, 400)} --dropout 0.4 --lr 0.004`,
      `${words} --layers ${layers} --hidden ${size(200, 400)} --dropout 0.4 --lr 0.002`,
      `${words} --layers ${layers} --hidden ${size(300, 650)} --dropout 0.5 --lr 0.003`,
      `${words} --layers ${layers + 1} --hidden ${size(200, 400)} --dropout 0.4 --hidden-dropout 0.2 --lr 0.004`,
    ],
  };
}

/** Settings for an hour of training, in which a network reads its text often enough to learn it by heart. */
function longCandidatesOf(cell: string): Contender["candidates"] {
  const { letters, words, layers } = commonOptions(cell);
  const deep = `--layers ${layers + 1}`;
  const dropWeights = (rate: number): string => LIGHT_CELLS.includes(cell) ? "" : ` --weight-dropout ${rate}`;
  const drop = (most: number, hidden: number, embed: number, weight: number): string =>
    `--dropout ${most} --hidden-dropout ${hidden} --embed-dropout ${embed}${dropWeights(weight)}`;
  return {
    shakespeare: [
      `${letters} --layers ${layers} --hidden 768 --dropout 0.5 --lr 0.003`,
      `${letters} ${deep} --hidden 512 --dropout 0.5 --lr 0.003`,
      `${letters} ${deep} --hidden 512 --dropout 0.4 --locked-dropout${dropWeights(0.3)} --lr 0.003`,
    ],
    ptb: [
      `${words} ${deep} --hidden 400 ${drop(0.4, 0.25, 0.05, 0.2)} --lr 0.004`,
      `${words} ${deep} --hidden 400 ${drop(0.5, 0.3, 0.1, 0.3)} --lr 0.004`,
      `${words} ${deep} --hidden 650 ${drop(0.5, 0.3, 0.1, 0.4)} --lr 0.003`,
    ],
  };
}

/** The options that all settings of a cell share. Three layers of a light cell take as long as one of another. */
function commonOptions(cell: string): { readonly letters: string; readonly words: string; readonly layers: number } {
  const letters = `--cell ${cell}`;
  return {
    letters,
    words: `${letters} --tied --locked-dropout --batch 20 --bptt 35 --softmax-samples ${SAMPLES}`,
    layers: LIGHT_CELLS.includes(cell) ? 3 : 1,
  };
}

/** Elman's model of a cell for a short training. */
export function recurrent(cell: string, system: "native" | "webassembly", minutes: number): Contender {
  return { name: nameOf(cell), system, minutes, candidates: candidatesOf(cell, system === "native") };
}

/** Elman's model of a cell for a long training. */
export function longRecurrent(cell: string, minutes: number): Contender {
  return { name: nameOf(cell), system: "native", minutes, candidates: longCandidatesOf(cell) };
}

function nameOf(cell: string): string {
  return `Elman, ${cell}`;
}

/** The learning rates between which the Transformers other than nanoGPT's choose. */
const RATES = ["0.001", "0.003"];

/**
 * Transformers in PyTorch: nanoGPT's settings for a CPU as they are, and four others. With words, each may also train on
 * samples of them, as Elman's models do.
 */
export function transformers(minutes: number): Contender[] {
  const make = (size: string, options: string, rates: readonly string[]): Contender => {
    const shakespeare = rates.map((rate) => `${options} --lr ${rate}`);
    const exact = shakespeare.map((options) => `${options} --dropout 0.2`);
    const sampled = exact.map((options) => `${options} --samples ${SAMPLES}`);
    return {
      name: `PyTorch, Transformer ${size}`,
      system: "pytorch",
      minutes,
      candidates: { shakespeare, ptb: [...exact, ...sampled] },
    };
  };
  return [
    make("4 x 128, nanoGPT's settings", "--layers 4 --width 128 --context 64 --batch 12", ["0.001"]),
    make("2 x 128", "--layers 2 --width 128 --context 64 --batch 16", RATES),
    make("4 x 256", "--layers 4 --width 256 --context 64 --batch 32", RATES),
    make("6 x 192", "--layers 6 --width 192 --context 128 --batch 16", RATES),
    make("6 x 384", "--layers 6 --width 384 --context 128 --batch 32", RATES),
  ];
}

/** The contenders whose results do not depend on other results. */
export function contenders(minutes: number): Contender[] {
  return [...CELLS.map((cell) => recurrent(cell, "native", minutes)), ...transformers(minutes)];
}
