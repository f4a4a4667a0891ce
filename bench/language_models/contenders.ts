/**
 * The models that are compared, each with a few candidate settings of which the best on the validation text is used.
 */
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
export const LIGHT_CELLS: readonly string[] = ["qrnn", "sru", "mingru"];

/** Random words beside those of a step over which losses are computed in training, of the 10,000 of the treebank. */
const SAMPLES = 1000;

/** Settings of a recurrent network by cell, data set and time. */
function candidatesOf(cell: string, minutes: number, isNative: boolean): Contender["candidates"] {
  const isLight = LIGHT_CELLS.includes(cell);
  const common = `--cell ${cell}`;
  const words = `${common} --tied --locked-dropout --batch 20 --bptt 35 --softmax-samples ${SAMPLES}`;
  const size = (narrow: number, wide: number): number => isNative ? wide : narrow;
  const layers = isLight ? 3 : 1;
  const isLong = minutes > 30;
  return {
    shakespeare: [
      `${common} --layers ${layers} --hidden ${size(256, 512)} --dropout ${isLong ? 0.4 : 0.25} --lr 0.004`,
      `${common} --layers ${layers} --hidden ${size(256, 512)} --dropout ${isLong ? 0.4 : 0.25} --lr 0.002`,
      `${common} --layers ${layers} --hidden ${size(384, 768)} --dropout ${isLong ? 0.5 : 0.35} --lr 0.003`,
      `${common} --layers ${layers + 1} --hidden ${size(256, 512)} --dropout ${isLong ? 0.5 : 0.35} --lr 0.003`,
    ],
    ptb: [
      `${words} --layers ${layers} --hidden ${size(200, 400)} --dropout 0.4 --lr 0.004`,
      `${words} --layers ${layers} --hidden ${size(200, 400)} --dropout 0.4 --lr 0.002`,
      `${words} --layers ${layers} --hidden ${size(300, 650)} --dropout 0.5 --lr 0.003`,
      `${words} --layers ${layers + 1} --hidden ${size(200, 400)} --dropout 0.4 --hidden-dropout 0.2 --lr 0.004`,
    ],
  };
}

/** Elman's model of a cell. */
export function recurrent(cell: string, system: "native" | "webassembly", minutes: number): Contender {
  const name = `Elman, ${cell}`;
  return { name, system, minutes, candidates: candidatesOf(cell, minutes, system === "native") };
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
