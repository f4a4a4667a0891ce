/**
 * Compares a training step of one model between Elman and PyTorch in each of its settings: the peers, the rounds and
 * the report. It knows nothing about the model.
 */
import { denoCommand, format, machine, path, table, writeResults } from "../support.ts";
import type { EngineSettings, Targets } from "../training_step.ts";
import { precisionRefusal, type Processor, readProcessor } from "./processor.ts";
import {
  compare,
  findPeers,
  formatMissing,
  formatUnsteady,
  formatVersions,
  type Peer,
  type Result,
  type Versions,
} from "./rounds.ts";
import { bestSetting, PYTORCH_SETTINGS, pyTorchName } from "./settings.ts";

/** The work that all peers do. */
export interface StepWork {
  /** Folder with the model and the batch. */
  readonly folder: string;
}

/** A request for a measurement or for the version. */
export type StepRequest = EngineSettings & (StepWork | { readonly kind: "version" });

/** Result of a measurement. */
export interface StepMeasurement {
  /** Median time of a step, in milliseconds. */
  readonly milliseconds: number;
  /** Loss of the batch before the first step, without dropout. */
  readonly loss: number;
}

/** The steps to compare, and their description. */
export interface StepComparison {
  /** Name of the model in lists and of the files of the results. */
  readonly noun: string;
  readonly results: string;
  /** The scripts in this folder's parent that measure a peer. */
  readonly elman: string;
  readonly pytorch: string;
  /** The ratios to PyTorch's speed that the project aims at. */
  readonly targets: Targets;
  /** Unit of the speed, such as "tokens", and how many of it a step has. */
  readonly unit: string;
  readonly units: number;
  /** Title of the report, the command, and what a step consists of. */
  readonly title: string;
  readonly command: string;
  readonly step: string;
  /** Optimizer in PyTorch, such as "Adam". */
  readonly optimizer: string;
}

/** Options of a comparison. */
export interface StepOptions {
  readonly rounds: number;
  /** Python with PyTorch. */
  readonly python: string;
  /** Whether the results are only printed. */
  readonly trial: boolean;
}

const CORES = navigator.hardwareConcurrency;

/** Returns Elman's peers, then PyTorch in each setting. */
function makePeers({ elman, pytorch }: StepComparison, python: string, processor: Processor): Peer<StepWork>[] {
  const engine = (name: string, settings: EngineSettings): Peer<StepWork> => ({
    name,
    label: name,
    command: denoCommand(elman, ["--allow-read", "--allow-ffi"]),
    settings: { ...settings },
  });
  const native = { threads: CORES, blas: "auto" } as const;
  return [
    engine("WebAssembly, 1 thread", { threads: 1, blas: "off" }),
    engine("WebAssembly", { threads: CORES, blas: "off" }),
    engine("native", native),
    { ...engine("native, bf16", { ...native, precision: "bf16" }), refusal: precisionRefusal("bf16", processor) },
    ...Object.entries(PYTORCH_SETTINGS).map(([setting, settings]): Peer<StepWork> => ({
      name: pyTorchName(setting),
      label: "PyTorch",
      command: [python, path(pytorch)],
      settings: { threads: CORES, ...settings },
      refusal: precisionRefusal(settings.precision, processor),
    })),
  ];
}

/** Measures a prepared folder with all peers, round by round; writes and prints the report. */
export async function compareSteps(
  work: StepWork,
  comparison: StepComparison,
  { rounds, python, trial }: StepOptions,
): Promise<void> {
  const { noun, results } = comparison;
  const processor = await readProcessor();
  const { peers, ...versions } = await findPeers(makePeers(comparison, python, processor));
  let markdown = "";
  await compare<StepWork>([work], peers, {
    rounds,
    nameOf: () => noun,
    save: async ([{ peers, missing }]) => {
      const { unit, units } = comparison;
      const report: Report = { machine: machine(), processor, rounds, [unit]: units, ...versions, peers, missing };
      markdown = formatReport(report, comparison);
      if (!trial) await writeResults(results, { json: JSON.stringify(report, null, 2), md: markdown });
    },
  });
  console.log(markdown);
}

/** The results with what they depend on. */
interface Report extends Versions, Omit<Result<unknown>, "work"> {
  readonly machine: Readonly<Record<string, unknown>>;
  readonly processor: Processor;
  readonly rounds: number;
  /** Number of units of a step, by their name. */
  readonly [unit: string]: unknown;
}

/** Formats the ratios to PyTorch's best settings. */
function formatRatios(peers: Report["peers"], targets: Targets): string {
  const figure = (name: string): number => peers[name]?.milliseconds?.median ?? NaN;
  const [float32, all] = [bestSetting(figure, "float32"), bestSetting(figure)];
  const rows = [
    ["WebAssembly / best float32", float32, "WebAssembly", targets.webAssembly],
    ["native / best float32", float32, "native", targets.native],
    ["native, bf16 / best of all", all, "native, bf16", targets.bf16],
  ] as const;
  return table(
    ["ratio of speeds", "value", "target", "PyTorch's setting"],
    rows.map(([name, best, peer, target]) => [
      name,
      format(best.value / figure(peer), 2),
      format(target, 2),
      best.setting,
    ]),
  );
}

/** Formats the report as Markdown. */
function formatReport(report: Report, comparison: StepComparison): string {
  const { machine, rounds, peers, missing } = report;
  const { noun, title, command, step, unit, units, optimizer, targets } = comparison;
  const { os, arch, cores, deno } = machine;
  const { processor, extensions } = report.processor;
  const rows = Object.entries(peers).map(([name, { milliseconds, loss }]) => {
    const { median = NaN, min, max } = milliseconds ?? {};
    const speed = format(units / median * 1e3);
    return [name, format(median, 1), format(min, 1), format(max, 1), speed, loss?.median.toFixed(6) ?? "-"];
  });
  return [
    `# ${title}`,
    `\`${command}\`, ${processor}, ${cores} cores, ${os} ${arch}, Deno ${deno}: medians of ${rounds} alternating ` +
    `processes. Vector extensions: ${extensions.join(", ") || "unknown"}. ${step} All runs start from the same ` +
    "weights, so that their losses on the batch before the first step, without dropout, agree; those in bfloat16 are " +
    `rounded. Unless its name says otherwise, a peer has ${cores} threads, and PyTorch's ${optimizer} is fused.`,
    formatVersions(report),
    table(["peer", "ms / step", "min", "max", `${unit} / s`, "loss"], rows),
    formatRatios(peers, targets),
    formatUnsteady([{ work: null, peers, missing }], "milliseconds", () => noun),
    formatMissing([{ work: null, peers, missing }], () => noun),
  ].filter((part) => part !== "").join("\n\n");
}
