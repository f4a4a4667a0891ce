/** Formats the measurements of `bench:peers` as Markdown tables. */
import { format, percent, sections, table } from "../support.ts";
import { nameOf, type Targets } from "../training_step.ts";
import type { Measurement, Work } from "./elman.ts";
import { formatMissing, formatUnsteady, formatVersions, type Result, type Versions } from "./rounds.ts";
import { type Best, bestSetting, PYTORCH_SETTINGS, pyTorchName } from "./settings.ts";

/** Elman's peers; unless a number of threads is named, they use one thread per core. */
export const ELMAN_NAMES = ["WebAssembly, 1 thread", "WebAssembly", "native", "native, bf16", "int8"] as const;

/** The results of a comparison. */
export interface Report extends Versions {
  readonly machine: Readonly<Record<string, string | number | readonly string[]>>;
  /** Rounds asked for. */
  readonly rounds: number;
  readonly results: readonly Result<Work>[];
}

const STEP = "cell V, E, H, layers, B, T";

function figure({ peers }: Result<Work>, name: string, key: keyof Measurement = "microseconds"): number {
  return peers[name]?.[key]?.median ?? NaN;
}

function best(result: Result<Work>, precision?: "float32" | "bf16", key?: keyof Measurement): Best {
  return bestSetting((name) => figure(result, name, key), precision);
}

/** Returns a peer's column heading for a machine with the given number of cores. */
function heading(name: string, cores: number): string {
  return name.includes("1 thread") || name === "TensorFlow.js" ? name : `${name}, ${cores} threads`;
}

const perSecond = (microseconds: number): string => format(1e6 / microseconds);

function speedTable(results: readonly Result<Work>[], cores: number): string {
  const names = [...ELMAN_NAMES, "TensorFlow.js"];
  return table(
    [STEP, ...names.map((name) => heading(name, cores)), "PyTorch, best float32", "PyTorch, best of all"],
    results.map((result) => [
      nameOf(result.work),
      ...names.map((name) => perSecond(figure(result, name))),
      perSecond(best(result, "float32").value),
      perSecond(best(result).value),
    ]),
  );
}

/** Formats the targets in the order of the ratios' columns. */
export function formatTargets(targets: Targets | undefined): string {
  return targets ? `${targets.webAssembly.toFixed(2)}, ${targets.native.toFixed(2)}, ${targets.bf16.toFixed(2)}` : "-";
}

function ratioTable(results: readonly Result<Work>[], cores: number): string {
  return table(
    [
      STEP,
      `WebAssembly, ${cores} threads / best float32`,
      "native / best float32",
      "native, bf16 / best of all",
      "targets",
      "best float32",
      "best of all",
    ],
    results.map((result) => {
      const [float32, all] = [best(result, "float32"), best(result)];
      return [
        nameOf(result.work),
        format(float32.value / figure(result, "WebAssembly"), 2),
        format(float32.value / figure(result, "native"), 2),
        format(all.value / figure(result, "native, bf16"), 2),
        Number.isNaN(all.value) ? "-" : formatTargets(result.work.targets),
        float32.setting,
        all.setting,
      ];
    }),
  );
}

/** Formats the figures of all settings of PyTorch, the best in bold. */
function settingsTable(
  results: readonly Result<Work>[],
  first: string,
  show: (microseconds: number) => string,
): string {
  const settings = Object.keys(PYTORCH_SETTINGS);
  return table(
    [first, ...settings],
    results.map((result) => {
      const { setting: fastest } = best(result);
      const cells = settings.map((setting) => {
        const text = show(figure(result, pyTorchName(setting)));
        return setting === fastest ? `**${text}**` : text;
      });
      return [nameOf(result.work), ...cells];
    }),
  );
}

function efficiencyTable(results: readonly Result<Work>[], cores: number): string {
  const share = (result: Result<Work>, name: string): string =>
    percent(figure(result, name, "gflops") / figure(result, name, "kernel"));
  return table(
    [
      STEP,
      `${cores} threads / 1 thread`,
      "share of kernel speed, 1 thread",
      `share of kernel speed, ${cores} threads`,
      `share of library speed, ${cores} threads`,
      "library, GFLOP/s",
    ],
    results.map((result) => [
      nameOf(result.work),
      format(figure(result, "WebAssembly, 1 thread") / figure(result, "WebAssembly"), 2),
      share(result, "WebAssembly, 1 thread"),
      share(result, "WebAssembly"),
      share(result, "native"),
      format(figure(result, "native", "kernel")),
    ]),
  );
}

function memoryTable(results: readonly Result<Work>[], cores: number): string {
  const names = ["WebAssembly", "native", "native, bf16"];
  return table(
    [
      STEP,
      ...names.map((name) => heading(name, cores)),
      "PyTorch, least",
      ...names.map((name) => `${name} / PyTorch`),
      "PyTorch's setting",
    ],
    results.map((result) => {
      const least = best(result, undefined, "peakBytes");
      const bytes = names.map((name) => figure(result, name, "peakBytes"));
      return [
        nameOf(result.work),
        ...[...bytes, least.value].map((value) => format(value / 2 ** 20)),
        ...bytes.map((value) => format(value / least.value, 2)),
        least.setting,
      ];
    }),
  );
}

function generationTable(results: readonly Result<Work>[], cores: number): string {
  const names = ["WebAssembly, 1 thread", "WebAssembly", "int8"];
  return table(
    [
      STEP,
      ...names.map((name) => heading(name, cores)),
      "PyTorch, best",
      "PyTorch / WebAssembly",
      "PyTorch / int8",
      "PyTorch's setting",
    ],
    results.map((result) => {
      const { value, setting } = best(result);
      const float32 = names.slice(0, 2).map((name) => figure(result, name)).filter(Number.isFinite);
      return [
        nameOf(result.work),
        ...names.map((name) => format(figure(result, name), 1)),
        format(value, 1),
        format(value / Math.min(...float32), 1),
        format(value / figure(result, "int8"), 1),
        setting,
      ];
    }),
  );
}

/** Formats machine, versions and what is not measured. */
function formatHead(report: Report): string {
  const { machine, rounds, results } = report;
  const extensions = machine.extensions as readonly string[] | undefined;
  const counts = results.flatMap(({ peers }) =>
    Object.values(peers).map(({ microseconds }) => microseconds?.count ?? 0)
  );
  const measured = Math.max(0, ...counts);
  return [
    `${machine.processor}, ${machine.cores} cores, ${machine.os} ${machine.arch}, Deno ${machine.deno}; ` +
    `medians of ${measured < rounds ? `${measured} of ${rounds}` : rounds} rounds. ` +
    `Vector extensions: ${extensions?.join(", ") || "unknown"}.`,
    formatVersions(report),
  ].join("\n\n");
}

/** Names a piece of work in lists. */
export function describe({ kind, ...work }: Work): string {
  return `${kind} ${nameOf(work)}`;
}

/** Formats the whole comparison as Markdown. */
export function formatPeers(report: Report): string {
  const cores = Number(report.machine.cores);
  const training = report.results.filter(({ work }) => work.kind === "train");
  const generation = report.results.filter(({ work }) => work.kind === "generate");
  return [
    formatHead(report),
    sections([
      ["Tokens per second of a full training step:", speedTable(training, cores)],
      [
        "Ratios to PyTorch's speed (above 1, Elman is faster). Native products in float32 and WebAssembly are compared " +
        "with PyTorch's best setting in float32, native products in bfloat16 with its best setting of all:",
        ratioTable(training, cores),
      ],
      [
        `PyTorch's settings, tokens per second, the best in bold; with ${cores} threads and a fused optimizer unless ` +
        "the column says otherwise, bf16 is autocast:",
        settingsTable(training, STEP, perSecond),
      ],
      [
        "Efficiency: the speed of a step's matrix products, as a share of the speed of one product " +
        "[1024, 1024] x [1024, 512] on the same engine:",
        efficiencyTable(training, cores),
      ],
      ["Peak memory of the training process, in MiB:", memoryTable(training, cores)],
      ["Microseconds per generated token:", generationTable(generation, cores)],
      [
        "PyTorch's settings, microseconds per generated token, the best in bold; bf16 has weights in bfloat16:",
        settingsTable(generation, STEP, (microseconds) => format(microseconds, 1)),
      ],
    ]),
    formatUnsteady(report.results, "microseconds", describe),
    formatMissing(report.results, describe),
  ].filter((part) => part !== "").join("\n\n");
}
