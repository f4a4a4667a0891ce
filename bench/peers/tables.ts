/** Formats the measurements of `bench:peers` as Markdown tables. */
import { format, percent, sections, type Spread, table } from "../support.ts";
import { nameOf } from "../training_step.ts";
import type { Measurement, Work } from "./elman.ts";

/** The peers; unless a number of threads is named, they use one thread per core. */
export const PEER_NAMES = [
  "Elman, 1 thread",
  "Elman",
  "Elman, native",
  "Elman, int8",
  "PyTorch, 1 thread",
  "PyTorch",
  "TensorFlow.js",
] as const;

/** The name of a peer. */
export type PeerName = typeof PEER_NAMES[number];

/** The measurements of all peers for one piece of work. */
export interface Result {
  readonly work: Work;
  readonly peers: { readonly [N in PeerName]?: { readonly [K in keyof Measurement]?: Spread | null } };
}

/** The results of a comparison. */
export interface Report {
  readonly machine: Readonly<Record<string, string | number>>;
  readonly rounds: number;
  readonly versions: { readonly [N in PeerName]?: string };
  readonly results: readonly Result[];
}

const PYTORCHES: readonly PeerName[] = ["PyTorch, 1 thread", "PyTorch"];

function figure({ peers }: Result, name: PeerName, key: keyof Measurement = "microseconds"): number {
  return peers[name]?.[key]?.median ?? NaN;
}

/** Returns PyTorch's figure with the better number of threads. */
function bestPyTorch(result: Result, key: keyof Measurement = "microseconds"): number {
  const values = PYTORCHES.map((name) => figure(result, name, key)).filter(Number.isFinite);
  return values.length === 0 ? NaN : Math.min(...values);
}

/** Formats the figures of all peers, the better one of PyTorch's in bold. */
function figures(result: Result, names: readonly PeerName[], show: (microseconds: number) => string): string[] {
  const best = bestPyTorch(result);
  return names.map((name) => {
    const microseconds = figure(result, name);
    const text = show(microseconds);
    return PYTORCHES.includes(name) && microseconds === best ? `**${text}**` : text;
  });
}

/** Returns a peer's column heading for a machine with the given number of cores. */
function heading(name: PeerName, cores: number): string {
  return name.includes("1 thread") || name === "TensorFlow.js" ? name : `${name}, ${cores} threads`;
}

function trainingTable(results: readonly Result[], names: readonly PeerName[], cores: number): string {
  const ratio = (result: Result, name: PeerName): string => format(bestPyTorch(result) / figure(result, name), 2);
  return table(
    [
      "cell V, E, H, layers, B, T",
      ...names.map((name) => heading(name, cores)),
      "Elman / PyTorch",
      "native / PyTorch",
      "Elman / TensorFlow.js",
    ],
    results.map((result) => [
      nameOf(result.work),
      ...figures(result, names, (microseconds) => format(1e6 / microseconds)),
      ratio(result, "Elman"),
      ratio(result, "Elman, native"),
      format(figure(result, "TensorFlow.js") / figure(result, "Elman"), 1),
    ]),
  );
}

function efficiencyTable(results: readonly Result[], cores: number): string {
  const share = (result: Result, name: PeerName): string =>
    percent(figure(result, name, "gflops") / figure(result, name, "kernel"));
  return table(
    [
      "cell V, E, H, layers, B, T",
      `${cores} threads / 1 thread`,
      "share of kernel speed, 1 thread",
      `share of kernel speed, ${cores} threads`,
      `share of library speed, ${cores} threads`,
      "library, GFLOP/s",
    ],
    results.map((result) => [
      nameOf(result.work),
      format(figure(result, "Elman, 1 thread") / figure(result, "Elman"), 2),
      share(result, "Elman, 1 thread"),
      share(result, "Elman"),
      share(result, "Elman, native"),
      format(figure(result, "Elman, native", "kernel")),
    ]),
  );
}

function memoryTable(results: readonly Result[], cores: number): string {
  const names = ["Elman, 1 thread", "Elman", "Elman, native", ...PYTORCHES] as const;
  const ratio = (result: Result, name: PeerName): string =>
    format(figure(result, name, "peakBytes") / bestPyTorch(result, "peakBytes"), 2);
  return table(
    [
      "cell V, E, H, layers, B, T",
      ...names.map((name) => heading(name, cores)),
      "Elman / PyTorch",
      "native / PyTorch",
    ],
    results.map((result) => [
      nameOf(result.work),
      ...names.map((name) => format(figure(result, name, "peakBytes") / 2 ** 20)),
      ratio(result, "Elman"),
      ratio(result, "Elman, native"),
    ]),
  );
}

function generationTable(results: readonly Result[], names: readonly PeerName[], cores: number): string {
  return table(
    ["model", ...names.map((name) => heading(name, cores)), "PyTorch / Elman", "PyTorch / int8"],
    results.map((result) => {
      const { cell, vocabulary, embed, hidden, layers } = result.work;
      const elman = Math.min(figure(result, "Elman, 1 thread"), figure(result, "Elman"));
      return [
        `${cell} ${vocabulary}, ${embed}, ${hidden} x ${layers}, batch 1`,
        ...figures(result, names, (microseconds) => format(microseconds, 1)),
        format(bestPyTorch(result) / elman, 1),
        format(bestPyTorch(result) / figure(result, "Elman, int8"), 1),
      ];
    }),
  );
}

/** Formats the whole comparison as Markdown. */
export function formatPeers({ machine, rounds, versions, results }: Report): string {
  const cores = Number(machine.cores);
  const present = PEER_NAMES.filter((name) => versions[name] !== undefined);
  const training = results.filter(({ work }) => work.kind === "train");
  const generation = results.filter(({ work }) => work.kind === "generate");
  const measured = (some: readonly Result[]): PeerName[] =>
    present.filter((name) => some.some(({ peers }) => peers[name] !== undefined));
  return [
    `${machine.os} ${machine.arch}, ${cores} cores, Deno ${machine.deno}; medians of ${rounds} rounds.`,
    present.map((name) => `- ${heading(name, cores)}: ${versions[name]}`).join("\n"),
    sections([
      [
        "Tokens per second of a full training step. The ratios use PyTorch's better setting, in bold:",
        trainingTable(training, measured(training), cores),
      ],
      [
        "Efficiency: the speed of a step's matrix products, as a share of the speed of one product " +
        "[1024, 1024] x [1024, 512] on the same engine:",
        efficiencyTable(training, cores),
      ],
      ["Peak memory of the training process, in MiB:", memoryTable(training, cores)],
      [
        "Microseconds per generated token. The ratios use the better number of threads of each library:",
        generationTable(generation, measured(generation), cores),
      ],
    ]),
  ].join("\n\n");
}
